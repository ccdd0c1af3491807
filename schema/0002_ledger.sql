-- SPDX-License-Identifier: GPL-3.0-or-later
-- The ledger: what was recorded in this history, in the order it was recorded, each entry bound to the one before:
--
--   hash = SHA-256(prev LF seq LF ts LF kind LF body), as lower-case hex, over the bytes that are stored
--
-- so that a later change to any entry shows in all that follow. Entry 17, with nothing but standard tools:
--
--   printf %s "$(sqlite3 history.db "SELECT prev || char(10) || seq || char(10) || ts || char(10) || kind ||
--     char(10) || body FROM ledger WHERE seq = 17")" | sha256sum
--
-- A body binds rows of the other tables by their SHA-256. A row's serialisation is that of its columns, one after the
-- other: `n` for NULL; for all else `i` (INTEGER, in decimal), `t` (TEXT) or `b` (BLOB), then the length in bytes, `:`
-- and the bytes. Which columns, and in which order, say the queries in store/ledger_rows.cpp.

CREATE TABLE ledger (
  seq  INTEGER PRIMARY KEY CHECK (seq > 0),               -- 1, 2, 3 … without a gap
  ts   TEXT NOT NULL CHECK (instr(ts, char(10)) = 0),     -- 2026-11-23T02:43:54.123Z
  kind TEXT NOT NULL CHECK (instr(kind, char(10)) = 0),   -- a stable word; later versions may know more of them
  body TEXT NOT NULL,                                     -- a JSON object
  prev TEXT NOT NULL CHECK (length(prev) = 64),           -- hash of the entry before; of the first, zeros
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;

-- An index: the entries that speak of a scan, as their bodies say themselves.
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
