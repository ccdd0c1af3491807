-- SPDX-License-Identifier: GPL-3.0-or-later
-- What people decided about CAs, and when something about a CA changed.

-- The status workflow, in the words of Microsoft Secure Score. A CA's newest row holds until until_at; a row is never
-- changed, and to withdraw is to say 'to-address' again. 'completed' is what a verdict says, never a person.
CREATE TABLE disposition (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  ca_id    INTEGER NOT NULL REFERENCES ca,
  status   TEXT NOT NULL
           CHECK (status IN ('to-address', 'planned', 'risk-accepted', 'third-party', 'alternate-mitigation')),
  reason   ANY NOT NULL CHECK (length(reason) > 0),
  approver ANY NOT NULL CHECK (length(approver) > 0),
  until_at INTEGER CHECK (until_at > set_at),  -- NULL: until somebody says otherwise
  ticket   ANY,
  set_at   INTEGER NOT NULL,
  os_user  ANY,                                -- who typed it
  CONSTRAINT accepted_risk_ends
    CHECK (status <> 'risk-accepted' OR ifnull(until_at - set_at <= 365 * 86400000, FALSE)),
  CONSTRAINT nothing_withdrawn_ends CHECK (status <> 'to-address' OR until_at IS NULL)
) STRICT;

CREATE INDEX disposition_of_ca ON disposition (ca_id, id);

CREATE TRIGGER disposition_is_final BEFORE UPDATE ON disposition
BEGIN SELECT raise(ABORT, 'a disposition does not change'); END;
CREATE TRIGGER disposition_stays BEFORE DELETE ON disposition
BEGIN SELECT raise(ABORT, 'a disposition does not go'); END;

-- Where in ten years of observations something happened. It holds nothing that the observations do not say and can be
-- made again from them: those whose verdict is not that of the CA's last reading, whose identity is not that of the
-- observation before, or before which a complete listing lacked the CA.
CREATE TABLE ca_change (
  ca_id            INTEGER NOT NULL,
  scan_id          INTEGER NOT NULL,
  previous_scan_id INTEGER,  -- the last one before that listed the CA; NULL: none did
  ca_identity_id   INTEGER NOT NULL,  -- these two as in the observation: to look there would be a page read each
  reading_id       INTEGER,           -- NULL: listed and not read
  PRIMARY KEY (ca_id, scan_id),
  FOREIGN KEY (scan_id, ca_id) REFERENCES observation (scan_id, ca_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER observation_of_change AFTER INSERT ON observation
BEGIN
  INSERT INTO ca_change (ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id)
  SELECT new.ca_id, new.scan_id, previous.scan_id, new.ca_identity_id, new.reading_id
  FROM (SELECT 1)
       LEFT JOIN (SELECT scan_id, ca_identity_id FROM observation
                  WHERE ca_id = new.ca_id AND scan_id < new.scan_id ORDER BY scan_id DESC LIMIT 1) AS previous
  WHERE previous.scan_id IS NULL
     OR previous.ca_identity_id <> new.ca_identity_id
     OR EXISTS (SELECT 1 FROM scan WHERE id > previous.scan_id AND id < new.scan_id AND state = 'complete')
     OR (new.reading_id IS NOT NULL
         AND (SELECT outcome FROM reading WHERE id = new.reading_id)
             IS NOT (SELECT outcome FROM observation JOIN reading ON reading.id = reading_id
                     WHERE ca_id = new.ca_id AND scan_id < new.scan_id ORDER BY scan_id DESC LIMIT 1));
END;

-- The same for what was observed before there was this table.
INSERT INTO ca_change (ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id)
SELECT ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id
FROM (SELECT ca_id, scan_id, ca_identity_id, reading_id,
             lag(scan_id) OVER by_ca AS previous_scan_id, lag(ca_identity_id) OVER by_ca AS previous_identity_id
      FROM observation WINDOW by_ca AS (PARTITION BY ca_id ORDER BY scan_id)) AS new
WHERE previous_scan_id IS NULL
   OR previous_identity_id <> ca_identity_id
   OR EXISTS (SELECT 1 FROM scan WHERE id > previous_scan_id AND id < new.scan_id AND state = 'complete')
   OR (reading_id IS NOT NULL
       AND (SELECT outcome FROM reading WHERE id = new.reading_id)
           IS NOT (SELECT outcome FROM observation AS earlier JOIN reading ON reading.id = earlier.reading_id
                   WHERE earlier.ca_id = new.ca_id AND earlier.scan_id < new.scan_id
                   ORDER BY earlier.scan_id DESC LIMIT 1));
