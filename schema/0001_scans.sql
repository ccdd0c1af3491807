-- SPDX-License-Identifier: GPL-3.0-or-later
-- Scans, the CAs they found, and what they read.
--
-- Columns that end in _at are instants: Unix milliseconds, UTC.
-- Columns of type ANY hold text as another system gave it: TEXT, or a BLOB of the same bytes where those are not
-- UTF-8 or contain a NUL. Unless its comment says otherwise, NULL means that there was none.
-- Columns that end in _json are arrays of such text, an element that is not UTF-8 as {"hex": "…"}; settings_json is an
-- object. (No CHECK says so: json_valid() may not be used in a schema that nobody has to trust.)
-- What is said again and again (how the directory describes a CA, what a CA answered) is one row, found by the SHA-256
-- of its content; only times are kept for every scan.

PRAGMA application_id = 0x43535750;  -- "CSWP"

CREATE TABLE scan (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- 1, 2, 3 …; a number is never given twice
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

-- A directory's complete answer. A scan without one learned nothing about any CA.
CREATE TABLE listing (
  scan_id          INTEGER PRIMARY KEY REFERENCES scan,
  forest           ANY,  -- DNS name of its root domain
  directory_server ANY,  -- URI
  protection       ANY,  -- of the connection
  search_base      ANY,
  search_filter    ANY,
  attributes_json  TEXT NOT NULL,  -- asked for, in this order
  entries_returned INTEGER NOT NULL CHECK (entries_returned >= 0),
  discovered       INTEGER NOT NULL CHECK (discovered >= 0)  -- CAs among them
) STRICT;

-- A CA is its pKIEnrollmentService object, which keeps its objectGUID when renamed or moved.
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
  flags                      INTEGER,  -- the object's own; nothing to do with InterfaceFlags
  when_created_at            INTEGER,
  when_changed_at            INTEGER,
  enrollment_servers_json    TEXT NOT NULL,  -- msPKI-Enrollment-Servers
  UNIQUE (ca_id, id)
) STRICT;

CREATE TABLE certificate (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of der
  der    BLOB NOT NULL                                      -- as the directory gave it, parsed by nobody
) STRICT;

-- cACertificate, in the directory's order.
CREATE TABLE ca_identity_certificate (
  ca_identity_id INTEGER NOT NULL REFERENCES ca_identity,
  position       INTEGER NOT NULL CHECK (position >= 0),
  certificate_id INTEGER NOT NULL REFERENCES certificate,
  PRIMARY KEY (ca_identity_id, position)
) STRICT, WITHOUT ROWID;

-- What a CA answered, and what that means. The columns from found_by to key_last_write_at are facts and belong to a key
-- that was found; those from failure_detail on say why none was.
CREATE TABLE reading (
  id                INTEGER PRIMARY KEY,
  content_sha256    BLOB NOT NULL UNIQUE CHECK (length(content_sha256) = 32),
  outcome           TEXT NOT NULL CHECK (outcome IN ('unknown', 'enforced', 'not-enforced', 'not-exposed')),
  reason            TEXT NOT NULL CHECK (reason <> ''),  -- a stable word; later versions may know more of them
  detail            ANY,                                 -- outcome and reason in one sentence
  rules_version     INTEGER NOT NULL CHECK (rules_version > 0),
  key_path          ANY,      -- of the key that was found, or of the last one asked for
  address           ANY,      -- that answered, or was last tried
  protocol          ANY,      -- NULL: no session was made
  account           ANY,      -- user@REALM
  found_by          TEXT,     -- how the key was found
  matched_by        TEXT,     -- what ties it to the CA
  value_type        INTEGER CHECK (value_type BETWEEN 0 AND 0xFFFFFFFF),  -- [MS-RRP] 2.2.9; NULL: no such value
  value_data        BLOB,     -- as the server sent it
  interface_flags   INTEGER,  -- value_data as a number; NULL: no REG_DWORD of four bytes
  key_last_write_at INTEGER,  -- the value changed then or before; NULL: not told
  failure_detail    ANY,
  error_domain      ANY,      -- whose number: 'ntstatus', 'win32', 'errno' …
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
                THEN outcome = 'unknown' AND value_data IS NULL AND key_last_write_at IS NULL
                ELSE failure_detail IS NULL AND error_domain IS NULL END),
  CONSTRAINT no_verdict_without_a_value
    CHECK (CASE outcome
             WHEN 'enforced'     THEN ifnull(interface_flags & 0x200, 0) <> 0
             WHEN 'not-exposed'  THEN ifnull(interface_flags & 0x008, 0) <> 0
             WHEN 'not-enforced' THEN ifnull(interface_flags & 0x208 = 0,
                                        reason = 'value-absent' AND value_data IS NULL)
             ELSE TRUE END)
) STRICT;

-- A CA in a scan: as the directory listed it and, unless the scan ended before its turn, as it answered.
CREATE TABLE observation (
  scan_id        INTEGER NOT NULL REFERENCES scan,
  ca_id          INTEGER NOT NULL,
  ca_identity_id INTEGER NOT NULL,
  reading_id     INTEGER REFERENCES reading,  -- NULL, as both times: listed and not read
  started_at     INTEGER,
  finished_at    INTEGER,
  PRIMARY KEY (scan_id, ca_id),
  FOREIGN KEY (ca_id, ca_identity_id) REFERENCES ca_identity (ca_id, id),
  CHECK ((reading_id IS NULL) = (started_at IS NULL) AND (reading_id IS NULL) = (finished_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX observation_of_ca ON observation (ca_id, scan_id);

-- What was recorded stays as it was recorded.
CREATE TRIGGER scan_that_ended BEFORE UPDATE ON scan WHEN old.state <> 'running'
BEGIN SELECT raise(ABORT, 'a scan that ended does not change'); END;
CREATE TRIGGER observation_of_scan_that_ended BEFORE INSERT ON observation
  WHEN (SELECT state FROM scan WHERE id = new.scan_id) <> 'running'
BEGIN SELECT raise(ABORT, 'a scan that ended does not change'); END;
CREATE TRIGGER observation_is_final BEFORE UPDATE ON observation
BEGIN SELECT raise(ABORT, 'an observation does not change'); END;
CREATE TRIGGER listing_is_final BEFORE UPDATE ON listing
BEGIN SELECT raise(ABORT, 'a listing does not change'); END;
CREATE TRIGGER reading_is_final BEFORE UPDATE ON reading
BEGIN SELECT raise(ABORT, 'a reading does not change'); END;
CREATE TRIGGER ca_identity_is_final BEFORE UPDATE ON ca_identity
BEGIN SELECT raise(ABORT, 'an identity does not change'); END;
CREATE TRIGGER certificate_is_final BEFORE UPDATE ON certificate
BEGIN SELECT raise(ABORT, 'a certificate does not change'); END;
