-- SPDX-License-Identifier: GPL-3.0-or-later
-- The history: scans, the CAs they found and their readings; decisions about CAs; the ledger that binds all of it.
--
-- Columns that end in _at are instants: Unix milliseconds, UTC.
-- Columns of type ANY hold text exactly as another system sent it: TEXT, or a BLOB of the same bytes if they are not
-- UTF-8 or contain a NUL. Unless a comment says otherwise, NULL means that there was no such text.
-- Columns that end in _json are arrays of such text, with {"hex": "…"} for an element that is not UTF-8; settings_json is
-- an object. (No CHECK enforces this, because SQLite does not allow json_valid() in an untrusted schema.)
-- Repeated data (a CA's description in the directory, a CA's answer) is stored in one row, found by the SHA-256 of its
-- content; only times are stored for every scan.

PRAGMA application_id = 0x43535750;  -- "CSWP"

CREATE TABLE scan (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- 1, 2, 3 …; numbers are never reused
  uuid          TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
  state         TEXT NOT NULL CHECK (state IN ('running', 'complete', 'partial', 'interrupted', 'failed')),
  started_at    INTEGER NOT NULL,
  finished_at   INTEGER,  -- NULL: still running, or killed
  tool_version  TEXT NOT NULL,
  account       ANY,      -- user@REALM
  host_name     ANY,      -- where the scan ran
  os_user       ANY,      -- who ran it
  settings_json TEXT,     -- effective options, without secrets
  failure       ANY,      -- the sentence that ended it
  CHECK (state <> 'running' OR (finished_at IS NULL AND failure IS NULL)),
  CHECK (state IN ('running', 'interrupted') OR finished_at IS NOT NULL),
  CHECK (state <> 'failed' OR failure IS NOT NULL),
  CHECK (state NOT IN ('complete', 'partial') OR failure IS NULL)
) STRICT;

-- A directory's complete answer. A scan without a listing learned nothing about any CA.
CREATE TABLE listing (
  scan_id          INTEGER PRIMARY KEY REFERENCES scan,
  forest           ANY,  -- DNS name of its root domain
  directory_server ANY,  -- URI
  protection       ANY,  -- of the connection
  search_base      ANY,
  search_filter    ANY,
  attributes_json  TEXT NOT NULL,  -- requested, in this order
  entries_returned INTEGER NOT NULL CHECK (entries_returned >= 0),
  discovered       INTEGER NOT NULL CHECK (discovered >= 0),  -- CAs among them, and those known to be hidden
  root_domain_guid TEXT,     -- objectGUID of the forest's root domain, which a rename does not change
  root_domain_sid  TEXT,     -- 'S-1-5-21-…'; NULL, as root_domain_guid: the directory did not say
  nt_auth_certificates INTEGER CHECK (nt_auth_certificates >= 0),  -- how many; NULL: the object was not visible
  -- The server that answered: the authenticated host name, the proof, its numeric address, and, separately, the name that
  -- it claims (dnsHostName of its rootDSE).
  server_name      ANY,
  server_proof     ANY,
  server_address   ANY,
  server_claim     ANY,
  CHECK ((root_domain_guid IS NULL) = (root_domain_sid IS NULL)),
  CHECK (length(root_domain_guid) = 36 AND root_domain_guid = lower(root_domain_guid))
) STRICT;

-- A CA is identified by its pKIEnrollmentService object, which keeps its objectGUID when renamed or moved.
CREATE TABLE ca (
  id          INTEGER PRIMARY KEY,
  object_guid TEXT NOT NULL UNIQUE CHECK (length(object_guid) = 36 AND object_guid = lower(object_guid))
) STRICT;

-- How the directory describes a CA.
CREATE TABLE ca_identity (
  id                         INTEGER PRIMARY KEY,
  ca_id                      INTEGER NOT NULL REFERENCES ca,
  content_sha256             BLOB NOT NULL UNIQUE CHECK (length(content_sha256) = 32),
  distinguished_name         ANY,
  common_name                ANY,      -- cn
  display_name               ANY,      -- displayName
  dns_host_name              ANY,      -- dNSHostName
  ca_certificate_dn          ANY,      -- cACertificateDN
  certificate_templates_json TEXT NOT NULL,
  flags                      INTEGER,  -- the object's own; unrelated to InterfaceFlags
  when_created_at            INTEGER,
  when_changed_at            INTEGER,
  enrollment_servers_json    TEXT NOT NULL,  -- msPKI-Enrollment-Servers
  duplicates_json            TEXT NOT NULL DEFAULT '[]',  -- other objects of the same CA: object_guid, distinguished_name
  UNIQUE (ca_id, id)
) STRICT;

CREATE TABLE certificate (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of der
  der    BLOB NOT NULL                                      -- as received from the directory, not parsed
) STRICT;

-- cACertificate, in the directory's order.
CREATE TABLE ca_identity_certificate (
  ca_identity_id INTEGER NOT NULL REFERENCES ca_identity,
  position       INTEGER NOT NULL CHECK (position >= 0),
  certificate_id INTEGER NOT NULL REFERENCES certificate,
  PRIMARY KEY (ca_identity_id, position)
) STRICT, WITHOUT ROWID;

-- The content of CN=NTAuthCertificates when a scan listed the CAs: the CA certificates that are trusted for logon.
CREATE TABLE listing_nt_auth_certificate (
  scan_id        INTEGER NOT NULL REFERENCES listing,
  position       INTEGER NOT NULL CHECK (position >= 0),
  certificate_id INTEGER NOT NULL REFERENCES certificate,
  PRIMARY KEY (scan_id, position)
) STRICT, WITHOUT ROWID;

-- A CA's answer and the verdict on it. The columns from found_by to key_last_write_at are facts from the key that was found;
-- the columns from failure_detail on say why no key was found.
CREATE TABLE reading (
  id                INTEGER PRIMARY KEY,
  content_sha256    BLOB NOT NULL UNIQUE CHECK (length(content_sha256) = 32),
  outcome           TEXT NOT NULL CHECK (outcome IN ('unknown', 'enforced', 'not-enforced', 'not-exposed')),
  reason            TEXT NOT NULL CHECK (reason <> ''),  -- a stable word; later versions may know more of them
  detail            ANY,                                 -- outcome and reason in one sentence
  rules_version     INTEGER NOT NULL CHECK (rules_version > 0),
  key_path          ANY,      -- of the key that was found, or of the last requested key
  address           ANY,      -- that answered, or was tried last
  protocol          ANY,      -- NULL: no session
  account           ANY,      -- user@REALM
  found_by          TEXT,     -- how the key was found
  matched_by        TEXT,     -- the evidence that it belongs to the CA
  server_name       ANY,      -- CAServerName: the host that runs the CA, as its key has it
  value_type        INTEGER CHECK (value_type BETWEEN 0 AND 0xFFFFFFFF),  -- [MS-RRP] 2.2.9; NULL: no such value
  value_data        BLOB,     -- as the server sent it
  interface_flags   INTEGER,  -- value_data as a number; NULL: no REG_DWORD of four bytes
  key_last_write_at INTEGER,  -- the value changed then or earlier; NULL: not known
  failure_detail    ANY,
  error_domain      ANY,      -- kind of the number: 'ntstatus', 'win32', 'errno' …
  error_number      INTEGER,
  error_symbol      ANY,      -- NULL: the number has no name
  CHECK ((found_by IS NULL) = (matched_by IS NULL)),
  CHECK ((value_type IS NULL) = (value_data IS NULL)),
  CHECK ((error_domain IS NULL) = (error_number IS NULL)),
  CHECK (error_symbol IS NULL OR error_domain IS NOT NULL),
  CONSTRAINT interface_flags_are_value_data
    CHECK (interface_flags IS NULL
           OR ifnull(value_type = 4
                     AND hex(value_data) = format('%02X%02X%02X%02X', interface_flags & 255, interface_flags >> 8 & 255,
                                                  interface_flags >> 16 & 255, interface_flags >> 24 & 255), FALSE)),
  CONSTRAINT a_failure_has_no_facts
    CHECK (CASE WHEN found_by IS NULL
                THEN outcome = 'unknown' AND server_name IS NULL AND value_data IS NULL AND key_last_write_at IS NULL
                ELSE failure_detail IS NULL AND error_domain IS NULL END),
  CONSTRAINT no_verdict_without_a_value
    CHECK (CASE outcome
             WHEN 'enforced'     THEN ifnull(interface_flags & 0x200, 0) <> 0
             WHEN 'not-exposed'  THEN ifnull(interface_flags & 0x008, 0) <> 0
             WHEN 'not-enforced' THEN ifnull(interface_flags & 0x208 = 0,
                                        reason = 'value-absent' AND value_data IS NULL)
             ELSE TRUE END)
) STRICT;

-- A CA in a scan: its description in the directory and, unless the scan ended before, its reading.
CREATE TABLE observation (
  scan_id        INTEGER NOT NULL REFERENCES scan,
  ca_id          INTEGER NOT NULL,
  ca_identity_id INTEGER NOT NULL,
  reading_id     INTEGER REFERENCES reading,  -- NULL, like both times: listed but not read
  started_at     INTEGER,
  finished_at    INTEGER,
  PRIMARY KEY (scan_id, ca_id),
  FOREIGN KEY (ca_id, ca_identity_id) REFERENCES ca_identity (ca_id, id),
  CHECK ((reading_id IS NULL) = (started_at IS NULL) AND (reading_id IS NULL) = (finished_at IS NULL))
) STRICT, WITHOUT ROWID;

-- Recorded data does not change.
CREATE TRIGGER scan_that_ended BEFORE UPDATE ON scan WHEN old.state <> 'running'
BEGIN SELECT raise(ABORT, 'a scan that ended does not change'); END;
CREATE TRIGGER observation_of_scan_that_ended BEFORE INSERT ON observation
  WHEN (SELECT state FROM scan WHERE id = new.scan_id) <> 'running'
BEGIN SELECT raise(ABORT, 'a scan that ended does not change'); END;
CREATE TRIGGER observation_is_final BEFORE UPDATE ON observation
BEGIN SELECT raise(ABORT, 'an observation does not change'); END;
CREATE TRIGGER listing_is_final BEFORE UPDATE ON listing
BEGIN SELECT raise(ABORT, 'a listing does not change'); END;
CREATE TRIGGER nt_auth_certificate_of_scan_that_ended BEFORE INSERT ON listing_nt_auth_certificate
  WHEN (SELECT state FROM scan WHERE id = new.scan_id) <> 'running'
BEGIN SELECT raise(ABORT, 'a scan that ended does not change'); END;
CREATE TRIGGER nt_auth_certificate_is_final BEFORE UPDATE ON listing_nt_auth_certificate
BEGIN SELECT raise(ABORT, 'a listing does not change'); END;
CREATE TRIGGER reading_is_final BEFORE UPDATE ON reading
BEGIN SELECT raise(ABORT, 'a reading does not change'); END;
CREATE TRIGGER ca_identity_is_final BEFORE UPDATE ON ca_identity
BEGIN SELECT raise(ABORT, 'an identity does not change'); END;
CREATE TRIGGER certificate_is_final BEFORE UPDATE ON certificate
BEGIN SELECT raise(ABORT, 'a certificate does not change'); END;

-- The status workflow, in the words of Microsoft Secure Score and 'decommissioned'. A CA's newest row is in force until until_at. Rows never
-- change; a decision is withdrawn by a new row 'to-address'. 'completed' follows from a verdict and cannot be set.
CREATE TABLE disposition (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  ca_id    INTEGER NOT NULL REFERENCES ca,
  status   TEXT NOT NULL
           CHECK (status IN ('to-address', 'planned', 'risk-accepted', 'third-party', 'alternate-mitigation',
                             'decommissioned')),
  reason   ANY NOT NULL CHECK (length(reason) > 0),
  approver ANY NOT NULL CHECK (length(approver) > 0),
  until_at INTEGER CHECK (until_at > set_at),  -- NULL only for 'to-address'
  ticket   ANY,
  set_at   INTEGER NOT NULL,
  os_user  ANY,                                -- who typed it
  CONSTRAINT every_decision_ends CHECK (status = 'to-address' OR ifnull(until_at - set_at <= 365 * 86400000, FALSE)),
  CONSTRAINT nothing_withdrawn_ends CHECK (status <> 'to-address' OR until_at IS NULL)
) STRICT;

CREATE INDEX disposition_of_ca ON disposition (ca_id, id);

CREATE TRIGGER disposition_is_final BEFORE UPDATE ON disposition
BEGIN SELECT raise(ABORT, 'a disposition does not change'); END;
CREATE TRIGGER disposition_stays BEFORE DELETE ON disposition
BEGIN SELECT raise(ABORT, 'a disposition does not go'); END;

-- An index of the observations at which something changed: those whose verdict differs from the CA's previous reading, whose
-- identity differs from the previous observation, or before which a complete listing lacked the CA. It can be rebuilt from
-- the observations.
CREATE TABLE ca_change (
  ca_id            INTEGER NOT NULL,
  scan_id          INTEGER NOT NULL,
  previous_scan_id INTEGER,  -- the previous scan that listed the CA; NULL: none
  ca_identity_id   INTEGER NOT NULL,  -- these two are copied from the observation, to save a page read each
  reading_id       INTEGER,           -- NULL: listed but not read
  PRIMARY KEY (ca_id, scan_id),
  FOREIGN KEY (scan_id, ca_id) REFERENCES observation (scan_id, ca_id)
) STRICT, WITHOUT ROWID;

-- Each CA's last observation. With it, a scan is recorded without reading earlier scans, and the state of the forest is read
-- from one table. It can be rebuilt from the observations.
CREATE TABLE ca_latest (
  ca_id          INTEGER PRIMARY KEY REFERENCES ca,
  scan_id        INTEGER NOT NULL,  -- the last scan that listed the CA
  ca_identity_id INTEGER NOT NULL,  -- its identity in that scan
  read_scan_id   INTEGER,           -- the last scan that read the CA; NULL: none
  reading_id     INTEGER,           -- the result of that scan
  CHECK ((read_scan_id IS NULL) = (reading_id IS NULL))
) STRICT;

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

-- What each scan that ended found, so that the trend of years is read without their observations. It can be rebuilt from the
-- observations.
CREATE TABLE scan_total (
  scan_id      INTEGER PRIMARY KEY REFERENCES scan,
  observed     INTEGER NOT NULL,  -- all CAs of the scan: those counted below, and those that were listed but not read
  enforced     INTEGER NOT NULL CHECK (enforced >= 0),
  not_enforced INTEGER NOT NULL CHECK (not_enforced >= 0),
  not_exposed  INTEGER NOT NULL CHECK (not_exposed >= 0),
  unknown      INTEGER NOT NULL CHECK (unknown >= 0),  -- read, without a verdict
  CHECK (enforced + not_enforced + not_exposed + unknown <= observed)
) STRICT;

CREATE TRIGGER total_of_scan_that_ends AFTER UPDATE ON scan WHEN old.state = 'running' AND new.state <> 'running'
BEGIN
  INSERT INTO scan_total (scan_id, observed, enforced, not_enforced, not_exposed, unknown)
  SELECT new.id, count(*), count(*) FILTER (WHERE outcome = 'enforced'), count(*) FILTER (WHERE outcome = 'not-enforced'),
         count(*) FILTER (WHERE outcome = 'not-exposed'), count(*) FILTER (WHERE outcome = 'unknown')
  FROM observation LEFT JOIN reading ON reading.id = reading_id
  WHERE scan_id = new.id;
END;

-- The evidence bundles made of this history, so that each can name the previous one.

CREATE TABLE evidence_bundle (
  id            INTEGER PRIMARY KEY,  -- 1, 2, 3 … without a gap
  scan_id       INTEGER NOT NULL REFERENCES scan,
  sums_sha256   BLOB NOT NULL UNIQUE CHECK (length(sums_sha256) = 32),  -- of its file SHA256SUMS
  signer_sha256 BLOB CHECK (length(signer_sha256) = 32),  -- of the signing certificate; NULL: unsigned
  made_at       INTEGER NOT NULL,
  host_name     ANY,  -- where
  os_user       ANY   -- by whom
) STRICT;

CREATE TRIGGER evidence_bundle_is_final BEFORE UPDATE ON evidence_bundle
BEGIN SELECT raise(ABORT, 'an evidence bundle does not change'); END;
CREATE TRIGGER evidence_bundle_stays BEFORE DELETE ON evidence_bundle
BEGIN SELECT raise(ABORT, 'an evidence bundle does not go'); END;

-- The ledger: everything recorded in this history, in order, with each entry bound to the previous one:
--
--   hash = SHA-256(prev LF seq LF ts LF kind LF body), as lower-case hex, over the stored bytes
--
-- A later change to an entry therefore shows in all entries after it. To compute the hash of entry 17 with standard tools:
--
--   printf %s "$(sqlite3 history.db "SELECT prev || char(10) || seq || char(10) || ts || char(10) || kind ||
--     char(10) || body FROM ledger WHERE seq = 17")" | sha256sum
--
-- A body binds rows of the other tables by their SHA-256. A row is serialised as the sequence of its columns: `n` for NULL;
-- otherwise `i` (INTEGER, in decimal), `t` (TEXT) or `b` (BLOB), then the length in bytes, `:` and the bytes. The queries in
-- store/ledger_rows.cpp define the columns and their order.

CREATE TABLE ledger (
  seq  INTEGER PRIMARY KEY CHECK (seq > 0),               -- 1, 2, 3 … without a gap
  ts   TEXT NOT NULL CHECK (instr(ts, char(10)) = 0),     -- 2026-11-23T02:43:54.123Z
  kind TEXT NOT NULL CHECK (instr(kind, char(10)) = 0),   -- a stable word; later versions may know more of them
  body TEXT NOT NULL,                                     -- a JSON object
  prev TEXT NOT NULL CHECK (length(prev) = 64),           -- hash of the previous entry; zeros for the first
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;

CREATE INDEX ledger_of_kind ON ledger (kind);

-- An index of the entries that refer to a scan, derived from their bodies.
CREATE TABLE ledger_scan (
  scan_id INTEGER NOT NULL REFERENCES scan,
  seq     INTEGER NOT NULL REFERENCES ledger,
  PRIMARY KEY (scan_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_chain BEFORE INSERT ON ledger
  WHEN new.seq IS NOT (SELECT ifnull(max(seq), 0) + 1 FROM ledger)
    OR new.prev IS NOT ifnull((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), hex(zeroblob(32)))
BEGIN SELECT raise(ABORT, 'an entry of the ledger follows the last one'); END;
