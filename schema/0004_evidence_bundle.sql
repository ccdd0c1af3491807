-- SPDX-License-Identifier: GPL-3.0-or-later
-- The evidence bundles that were made of this history, so that each can name the one before it.

CREATE TABLE evidence_bundle (
  id            INTEGER PRIMARY KEY,  -- 1, 2, 3 … without a gap
  scan_id       INTEGER NOT NULL REFERENCES scan,
  sums_sha256   BLOB NOT NULL UNIQUE CHECK (length(sums_sha256) = 32),  -- of its file SHA256SUMS
  signer_sha256 BLOB CHECK (length(signer_sha256) = 32),  -- of the signing certificate; NULL: it was not signed
  made_at       INTEGER NOT NULL,
  host_name     ANY,  -- where
  os_user       ANY   -- by whom
) STRICT;

CREATE TRIGGER evidence_bundle_is_final BEFORE UPDATE ON evidence_bundle
BEGIN SELECT raise(ABORT, 'an evidence bundle does not change'); END;
CREATE TRIGGER evidence_bundle_stays BEFORE DELETE ON evidence_bundle
BEGIN SELECT raise(ABORT, 'an evidence bundle does not go'); END;
