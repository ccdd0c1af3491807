-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a CA's last observation said. With it, a scan is recorded without looking at any scan before it, and what the forest
-- is like now is read from one place. An index of all observations by CA did this before: each scan put a row into as many
-- of its pages as there are CAs, in the tenth year as in the first.

-- It holds nothing that the observations do not say and can be made again from them.
CREATE TABLE ca_latest (
  ca_id          INTEGER PRIMARY KEY REFERENCES ca,
  scan_id        INTEGER NOT NULL,  -- the last scan that listed the CA
  ca_identity_id INTEGER NOT NULL,  -- as what
  read_scan_id   INTEGER,           -- the last scan that read it; NULL: none did
  reading_id     INTEGER,           -- with what result
  CHECK ((read_scan_id IS NULL) = (reading_id IS NULL))
) STRICT;

INSERT INTO ca_latest (ca_id, scan_id, ca_identity_id, read_scan_id, reading_id)
SELECT last.ca_id, listed.scan_id, listed.ca_identity_id, last.read_scan_id, read.reading_id
FROM (SELECT ca_id, max(scan_id) AS scan_id, max(iif(reading_id IS NULL, NULL, scan_id)) AS read_scan_id
      FROM observation GROUP BY ca_id) AS last
     JOIN observation AS listed USING (scan_id, ca_id)
     LEFT JOIN observation AS read ON read.scan_id = last.read_scan_id AND read.ca_id = last.ca_id;

DROP TRIGGER observation_of_change;
DROP INDEX observation_of_ca;

CREATE TRIGGER observation_of_change AFTER INSERT ON observation
BEGIN
  INSERT INTO ca_change (ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id)
  SELECT new.ca_id, new.scan_id, latest.scan_id, new.ca_identity_id, new.reading_id
  FROM (SELECT 1) LEFT JOIN ca_latest AS latest ON latest.ca_id = new.ca_id
  WHERE latest.scan_id IS NULL
     OR latest.ca_identity_id <> new.ca_identity_id
     OR EXISTS (SELECT 1 FROM scan WHERE id > latest.scan_id AND id < new.scan_id AND state = 'complete')
     OR (new.reading_id IS NOT NULL
         AND (SELECT outcome FROM reading WHERE id = new.reading_id)
             IS NOT (SELECT outcome FROM reading WHERE id = latest.reading_id));
  INSERT INTO ca_latest (ca_id, scan_id, ca_identity_id, read_scan_id, reading_id)
  VALUES (new.ca_id, new.scan_id, new.ca_identity_id, iif(new.reading_id IS NULL, NULL, new.scan_id), new.reading_id)
  ON CONFLICT (ca_id) DO UPDATE
  SET scan_id = excluded.scan_id,
      ca_identity_id = excluded.ca_identity_id,
      read_scan_id = ifnull(excluded.read_scan_id, read_scan_id),
      reading_id = ifnull(excluded.reading_id, reading_id);
END;
