-- SPDX-License-Identifier: GPL-3.0-or-later
-- The hub: copies of many histories, which are called sites here, in one PostgreSQL database (version 15 or later, encoding
-- UTF8). Each site stays the source of truth for itself; a publisher sends what the hub lacks, in the order of its ledger.
--
-- 'casweep hub init' runs this file in one transaction, as a user who may create roles and a schema. psql runs it as it is:
-- psql --single-transaction -f 0001_hub.sql
--
-- Tables and columns have the names of schema/store/0001_history.sql, which describes them. What differs:
--   * Every primary key and every foreign key begins with site_id, and no statement of a site touches a row of another. So the
--     tables can be partitioned or distributed by site_id. 'casweep hub init --partitions N' makes what stands in comments
--     of the form /*PARTITION ...*/ part of the tables, and N partitions of each.
--     Other unique columns come before site_id: an index of them is never chosen to find the rows of a site, which it did while
--     the tables had no statistics, and then read the whole site for each reference that was checked.
--   * The number of a row in its history is its id here too, because the entries of the ledger name rows by it.
--   * Text that another system sent is text. A value that text cannot hold (not UTF-8, or with a NUL) is NULL in its column
--     and stands in `octets`, an object of column names and hexadecimal digits. The views show it as '\x' and the digits.
--   * `seq` is the entry of the ledger that binds the row.
--   * The hash of each row is compared with its entry before anything is committed: whatever is here is what the site's ledger
--     recorded. There is one exception. The row of a scan holds names of local files (among its settings and in the sentence
--     of a failure), which do not leave the site: scan.settings_json has only the settings that are no files, and in
--     scan.failure such names are replaced by an ellipsis. The entry holds the SHA-256 of the row as the site has it.
--   * Running scans are not here. Their first entry in the ledger is.

DO $$
DECLARE
  name text;
BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC020', MESSAGE = 'this server is older than PostgreSQL 15';
  END IF;
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC021', MESSAGE = 'the encoding of this database is not UTF8';
  END IF;
  FOREACH name IN ARRAY ARRAY['casweep_owner', 'casweep_publisher', 'casweep_reader', 'casweep_site_reader'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
  -- From PostgreSQL 16 on, the creator of a role may grant it, but is no member that can act for it.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      GRANT casweep_owner TO CURRENT_USER;
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;  -- a member already, or CREATE SCHEMA is refused
    END;
  END IF;
  -- So that an owner enrolls logins without being an administrator of the server.
  FOREACH name IN ARRAY ARRAY['casweep_publisher', 'casweep_reader', 'casweep_site_reader'] LOOP
    IF NOT pg_has_role('casweep_owner', name, 'MEMBER WITH ADMIN OPTION') THEN
      EXECUTE format('GRANT %I TO casweep_owner WITH ADMIN OPTION', name);
    END IF;
  END LOOP;
  IF NOT has_database_privilege('casweep_owner', current_database(), 'TEMPORARY') THEN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO casweep_owner', current_database());
  END IF;
END $$;

CREATE SCHEMA casweep AUTHORIZATION casweep_owner;
SET LOCAL ROLE casweep_owner;
REVOKE ALL ON SCHEMA casweep FROM PUBLIC;

CREATE FUNCTION casweep.schema_version() RETURNS int IMMUTABLE LANGUAGE sql RETURN 1;

-- A history that may be published here. A publisher locks its row, so one site never waits for another.
CREATE TABLE casweep.site (
  site_id     uuid PRIMARY KEY,
  login       text NOT NULL,  -- the role that publishes it, as session_user
  enrolled_at timestamptz NOT NULL DEFAULT now(),
  enrolled_by text NOT NULL DEFAULT session_user,
  revoked_at  timestamptz,    -- NULL: may publish
  head_seq    bigint NOT NULL DEFAULT 0,  -- of the newest entry here; 0: nothing was received yet
  head_hash   bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  received_at timestamptz,    -- when that entry was received; NULL: nothing was received yet
  newest_at   bigint          -- the latest moment of its scans; NULL: there is none
);

-- Which sites a member of casweep_site_reader may read.
CREATE TABLE casweep.reader_site (
  site_id uuid REFERENCES casweep.site,
  login   text,
  PRIMARY KEY (site_id, login)
);

CREATE TABLE casweep.ledger (
  site_id     uuid REFERENCES casweep.site,
  seq         bigint CHECK (seq > 0),
  ts          text NOT NULL,
  kind        text NOT NULL,
  body        text NOT NULL,
  hash        bytea NOT NULL CHECK (octet_length(hash) = 32),  -- of prev LF seq LF ts LF kind LF body, with prev as hexadecimal digits
  received_at timestamptz NOT NULL,
  PRIMARY KEY (site_id, seq)
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.scan (
  site_id       uuid,
  id            bigint,
  seq           bigint NOT NULL,  -- the entry with which it ended
  uuid          uuid NOT NULL,
  state         text NOT NULL CHECK (state IN ('complete', 'partial', 'interrupted', 'failed')),
  started_at    bigint NOT NULL,
  finished_at   bigint,
  tool_version  text NOT NULL,
  account       text,
  host_name     text,
  os_user       text,
  settings_json text,
  failure       text,
  octets        jsonb,
  PRIMARY KEY (site_id, id),
  UNIQUE (uuid, site_id),
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.certificate (
  site_id uuid,
  id      bigint,
  seq     bigint NOT NULL,
  sha256  bytea NOT NULL CHECK (octet_length(sha256) = 32),
  der     bytea NOT NULL,
  PRIMARY KEY (site_id, id),
  UNIQUE (sha256, site_id),
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.listing (
  site_id          uuid,
  scan_id          bigint,
  forest           text,
  directory_server text,
  protection       text,
  search_base      text,
  search_filter    text,
  attributes_json  text NOT NULL,
  entries_returned bigint NOT NULL,
  discovered       bigint NOT NULL,
  server_name      text,
  server_proof     text,
  server_address   text,
  server_claim     text,
  root_domain_guid text,
  root_domain_sid  text,
  nt_auth_certificates bigint,
  octets           jsonb,
  PRIMARY KEY (site_id, scan_id),
  FOREIGN KEY (site_id, scan_id) REFERENCES casweep.scan
) /*PARTITION BY HASH (site_id)*/;

-- The newest listing that tells the domain, of a site whose newest ones do not.
CREATE INDEX listing_with_root_domain ON casweep.listing (site_id, scan_id) WHERE root_domain_guid IS NOT NULL;

CREATE TABLE casweep.listing_nt_auth_certificate (
  site_id        uuid,
  scan_id        bigint,
  position       bigint,
  certificate_id bigint NOT NULL,
  PRIMARY KEY (site_id, scan_id, position),
  FOREIGN KEY (site_id, scan_id) REFERENCES casweep.listing,
  FOREIGN KEY (site_id, certificate_id) REFERENCES casweep.certificate
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.ca (
  site_id     uuid,
  id          bigint,
  seq         bigint NOT NULL,
  object_guid uuid NOT NULL,
  PRIMARY KEY (site_id, id),
  UNIQUE (object_guid, site_id),
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.ca_identity (
  site_id                    uuid,
  id                         bigint,
  seq                        bigint NOT NULL,
  ca_id                      bigint NOT NULL,
  content_sha256             bytea NOT NULL CHECK (octet_length(content_sha256) = 32),
  distinguished_name         text,
  common_name                text,
  display_name               text,
  dns_host_name              text,
  ca_certificate_dn          text,
  certificate_templates_json text NOT NULL,
  flags                      bigint,
  when_created_at            bigint,
  when_changed_at            bigint,
  enrollment_servers_json    text NOT NULL,
  duplicates_json            text NOT NULL,
  octets                     jsonb,
  PRIMARY KEY (site_id, id),
  UNIQUE (site_id, ca_id, id),
  UNIQUE (content_sha256, site_id),
  FOREIGN KEY (site_id, ca_id) REFERENCES casweep.ca,
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.ca_identity_certificate (
  site_id        uuid,
  ca_identity_id bigint,
  position       bigint,
  certificate_id bigint NOT NULL,
  PRIMARY KEY (site_id, ca_identity_id, position),
  FOREIGN KEY (site_id, ca_identity_id) REFERENCES casweep.ca_identity,
  FOREIGN KEY (site_id, certificate_id) REFERENCES casweep.certificate
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.reading (
  site_id           uuid,
  id                bigint,
  seq               bigint NOT NULL,
  content_sha256    bytea NOT NULL CHECK (octet_length(content_sha256) = 32),
  outcome           text NOT NULL CHECK (outcome IN ('unknown', 'enforced', 'not-enforced', 'not-exposed')),
  reason            text NOT NULL,
  detail            text,
  rules_version     bigint NOT NULL,
  key_path          text,
  address           text,
  protocol          text,
  account           text,
  found_by          text,
  matched_by        text,
  server_name       text,
  value_type        bigint,
  value_data        bytea,
  interface_flags   bigint,
  key_last_write_at bigint,
  failure_detail    text,
  error_domain      text,
  error_number      bigint,
  error_symbol      text,
  octets            jsonb,
  PRIMARY KEY (site_id, id),
  UNIQUE (content_sha256, site_id),
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger,
  CONSTRAINT no_verdict_without_a_value
    CHECK (CASE outcome
             WHEN 'enforced'     THEN coalesce(interface_flags & 512, 0) <> 0
             WHEN 'not-exposed'  THEN coalesce(interface_flags & 8, 0) <> 0
             WHEN 'not-enforced' THEN coalesce(interface_flags & 520 = 0, reason = 'value-absent' AND value_data IS NULL)
             ELSE TRUE END)
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.observation (
  site_id        uuid,
  scan_id        bigint,
  ca_id          bigint,
  ca_identity_id bigint NOT NULL,
  reading_id     bigint,
  started_at     bigint,
  finished_at    bigint,
  PRIMARY KEY (site_id, scan_id, ca_id),
  FOREIGN KEY (site_id, scan_id) REFERENCES casweep.scan,
  FOREIGN KEY (site_id, ca_id, ca_identity_id) REFERENCES casweep.ca_identity (site_id, ca_id, id),
  FOREIGN KEY (site_id, reading_id) REFERENCES casweep.reading,
  CHECK ((reading_id IS NULL) = (started_at IS NULL) AND (reading_id IS NULL) = (finished_at IS NULL))
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.disposition (
  site_id  uuid,
  id       bigint,
  seq      bigint NOT NULL,
  ca_id    bigint NOT NULL,
  status   text NOT NULL
           CHECK (status IN ('to-address', 'planned', 'risk-accepted', 'third-party', 'alternate-mitigation',
                             'decommissioned')),
  reason   text,
  approver text,
  until_at bigint,
  ticket   text,
  set_at   bigint NOT NULL,
  os_user  text,
  octets   jsonb,
  CONSTRAINT every_decision_ends
    CHECK (status = 'to-address' OR coalesce(until_at > set_at AND until_at - set_at <= 365 * 86400000::bigint, FALSE)),
  PRIMARY KEY (site_id, id),
  FOREIGN KEY (site_id, ca_id) REFERENCES casweep.ca,
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.evidence_bundle (
  site_id       uuid,
  id            bigint,
  seq           bigint NOT NULL,
  scan_id       bigint NOT NULL,
  sums_sha256   bytea NOT NULL CHECK (octet_length(sums_sha256) = 32),
  signer_sha256 bytea CHECK (octet_length(signer_sha256) = 32),
  made_at       bigint NOT NULL,
  host_name     text,
  os_user       text,
  octets        jsonb,
  PRIMARY KEY (site_id, id),
  FOREIGN KEY (site_id, scan_id) REFERENCES casweep.scan,
  FOREIGN KEY (site_id, seq) REFERENCES casweep.ledger
) /*PARTITION BY HASH (site_id)*/;

-- Derived from the tables above while a site is received; 'casweep hub check' compares them. ca_change and ca_latest are those of
-- a history.
CREATE TABLE casweep.scan_total (
  site_id      uuid,
  scan_id      bigint,
  started_at   bigint NOT NULL,  -- of the scan, to find a period
  observed     bigint NOT NULL,  -- CAs that it listed
  enforced     bigint NOT NULL,
  not_enforced bigint NOT NULL,
  not_exposed  bigint NOT NULL,
  unknown      bigint NOT NULL,  -- read, without a verdict
  latest_before bigint,          -- the latest moment of what the ledger has before the scan's end; NULL: nothing
  PRIMARY KEY (site_id, scan_id),
  FOREIGN KEY (site_id, scan_id) REFERENCES casweep.scan
) /*PARTITION BY HASH (site_id)*/;
CREATE INDEX scan_total_of_period ON casweep.scan_total (site_id, started_at);

CREATE TABLE casweep.ca_change (
  site_id          uuid,
  ca_id            bigint,
  scan_id          bigint,
  previous_scan_id bigint,
  ca_identity_id   bigint NOT NULL,
  reading_id       bigint,
  missing_scan_id  bigint,       -- the first complete scan after previous_scan_id and before this one; NULL: none
  previous_read_scan_id bigint,  -- the last scan before this one that read the CA, and its reading; NULL: none
  previous_reading_id   bigint,
  PRIMARY KEY (site_id, ca_id, scan_id),
  FOREIGN KEY (site_id, scan_id, ca_id) REFERENCES casweep.observation
) /*PARTITION BY HASH (site_id)*/;

CREATE TABLE casweep.ca_latest (
  site_id        uuid,
  ca_id          bigint,
  scan_id        bigint NOT NULL,
  ca_identity_id bigint NOT NULL,
  read_scan_id   bigint,
  reading_id     bigint,
  read_at        bigint,  -- when that scan had read the CA
  PRIMARY KEY (site_id, ca_id),
  FOREIGN KEY (site_id, ca_id) REFERENCES casweep.ca
) /*PARTITION BY HASH (site_id)*/;

-- What was received does not change. The owner of the tables can switch these triggers off; 'casweep hub check' says so.
CREATE FUNCTION casweep.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'ZC006', MESSAGE = format('what the hub received does not change (table %s)', TG_TABLE_NAME);
END $$;

DO $$
DECLARE
  fact text;
BEGIN
  FOREACH fact IN ARRAY ARRAY['ledger', 'scan', 'certificate', 'listing', 'listing_nt_auth_certificate', 'ca', 'ca_identity',
                              'ca_identity_certificate', 'reading', 'observation', 'disposition', 'evidence_bundle',
                              'scan_total', 'ca_change'] LOOP
    EXECUTE format('CREATE TRIGGER is_final BEFORE UPDATE OR DELETE ON casweep.%I FOR EACH ROW
                    EXECUTE FUNCTION casweep.refuse_change()', fact);
    EXECUTE format('CREATE TRIGGER stays BEFORE TRUNCATE ON casweep.%I FOR EACH STATEMENT
                    EXECUTE FUNCTION casweep.refuse_change()', fact);
  END LOOP;
END $$;

-- The serialisation of a row, as schema/store/0001_history.sql describes it: n for NULL; otherwise i, t or b, the length in bytes, a
-- colon and the bytes.
--
-- Each row that is received goes through these functions, so PostgreSQL must be able to make them part of the query. It does that
-- only if all that they call is as immutable or stable as they say: convert_to() is stable, and so is || with a number.
CREATE FUNCTION casweep.serialised(bigint) RETURNS text IMMUTABLE LANGUAGE sql
  RETURN coalesce('i' || length($1::text)::text || ':' || $1::text, 'n');
CREATE FUNCTION casweep.serialised(text) RETURNS text IMMUTABLE LANGUAGE sql
  RETURN coalesce('t' || octet_length($1)::text || ':' || $1, 'n');
CREATE FUNCTION casweep.serialised(bytea) RETURNS bytea STABLE LANGUAGE sql
  RETURN coalesce(convert_to('b' || octet_length($1)::text || ':', 'UTF8') || $1, 'n'::bytea);
-- Of the column `name`, whose value may be among the octets.
CREATE FUNCTION casweep.serialised(value text, octets jsonb, name text) RETURNS bytea STABLE LANGUAGE sql
  RETURN CASE WHEN octets ? name THEN casweep.serialised(decode(octets ->> name, 'hex'))
              ELSE convert_to(casweep.serialised(value), 'UTF8') END;

CREATE FUNCTION casweep.row_sha256(r casweep.ca) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id) || casweep.serialised(r.object_guid::text), 'UTF8'));

CREATE FUNCTION casweep.row_sha256(r casweep.certificate) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id), 'UTF8') || casweep.serialised(r.sha256) || casweep.serialised(r.der));

CREATE FUNCTION casweep.row_sha256(r casweep.ca_identity) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id) || casweep.serialised(r.ca_id), 'UTF8')
    || casweep.serialised(r.content_sha256)
    || casweep.serialised(r.distinguished_name, r.octets, 'distinguished_name')
    || casweep.serialised(r.common_name, r.octets, 'common_name')
    || casweep.serialised(r.display_name, r.octets, 'display_name')
    || casweep.serialised(r.dns_host_name, r.octets, 'dns_host_name')
    || casweep.serialised(r.ca_certificate_dn, r.octets, 'ca_certificate_dn')
    || convert_to(casweep.serialised(r.certificate_templates_json) || casweep.serialised(r.flags)
                  || casweep.serialised(r.when_created_at) || casweep.serialised(r.when_changed_at)
                  || casweep.serialised(r.enrollment_servers_json) || casweep.serialised(r.duplicates_json)
                  || casweep.serialised((SELECT string_agg(c.position || ':' || c.certificate_id, ',' ORDER BY c.position)
                                         FROM casweep.ca_identity_certificate AS c
                                         WHERE c.site_id = r.site_id AND c.ca_identity_id = r.id)), 'UTF8'));

CREATE FUNCTION casweep.row_sha256(r casweep.reading) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id), 'UTF8') || casweep.serialised(r.content_sha256)
    || convert_to(casweep.serialised(r.outcome) || casweep.serialised(r.reason), 'UTF8')
    || casweep.serialised(r.detail, r.octets, 'detail')
    || convert_to(casweep.serialised(r.rules_version), 'UTF8')
    || casweep.serialised(r.key_path, r.octets, 'key_path')
    || casweep.serialised(r.address, r.octets, 'address')
    || casweep.serialised(r.protocol, r.octets, 'protocol')
    || casweep.serialised(r.account, r.octets, 'account')
    || convert_to(casweep.serialised(r.found_by) || casweep.serialised(r.matched_by), 'UTF8')
    || casweep.serialised(r.server_name, r.octets, 'server_name')
    || convert_to(casweep.serialised(r.value_type), 'UTF8') || casweep.serialised(r.value_data)
    || convert_to(casweep.serialised(r.interface_flags) || casweep.serialised(r.key_last_write_at), 'UTF8')
    || casweep.serialised(r.failure_detail, r.octets, 'failure_detail')
    || casweep.serialised(r.error_domain, r.octets, 'error_domain')
    || convert_to(casweep.serialised(r.error_number), 'UTF8')
    || casweep.serialised(r.error_symbol, r.octets, 'error_symbol'));

CREATE FUNCTION casweep.row_sha256(r casweep.disposition) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id) || casweep.serialised(r.ca_id) || casweep.serialised(r.status), 'UTF8')
    || casweep.serialised(r.reason, r.octets, 'reason')
    || casweep.serialised(r.approver, r.octets, 'approver')
    || convert_to(casweep.serialised(r.until_at), 'UTF8')
    || casweep.serialised(r.ticket, r.octets, 'ticket')
    || convert_to(casweep.serialised(r.set_at), 'UTF8')
    || casweep.serialised(r.os_user, r.octets, 'os_user'));

CREATE FUNCTION casweep.row_sha256(r casweep.evidence_bundle) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.id) || casweep.serialised(r.scan_id), 'UTF8')
    || casweep.serialised(r.sums_sha256) || casweep.serialised(r.signer_sha256)
    || convert_to(casweep.serialised(r.made_at), 'UTF8')
    || casweep.serialised(r.host_name, r.octets, 'host_name')
    || casweep.serialised(r.os_user, r.octets, 'os_user'));

CREATE FUNCTION casweep.row_sha256(r casweep.listing) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.scan_id), 'UTF8')
    || casweep.serialised(r.forest, r.octets, 'forest')
    || casweep.serialised(r.directory_server, r.octets, 'directory_server')
    || casweep.serialised(r.protection, r.octets, 'protection')
    || casweep.serialised(r.search_base, r.octets, 'search_base')
    || casweep.serialised(r.search_filter, r.octets, 'search_filter')
    || convert_to(casweep.serialised(r.attributes_json) || casweep.serialised(r.entries_returned)
                  || casweep.serialised(r.discovered), 'UTF8')
    || casweep.serialised(r.server_name, r.octets, 'server_name')
    || casweep.serialised(r.server_proof, r.octets, 'server_proof')
    || casweep.serialised(r.server_address, r.octets, 'server_address')
    || casweep.serialised(r.server_claim, r.octets, 'server_claim')
    || convert_to(casweep.serialised(r.root_domain_guid) || casweep.serialised(r.root_domain_sid)
                  || casweep.serialised(r.nt_auth_certificates)
                  || casweep.serialised((SELECT string_agg(c.position || ':' || c.certificate_id, ',' ORDER BY c.position)
                                         FROM casweep.listing_nt_auth_certificate AS c
                                         WHERE c.site_id = r.site_id AND c.scan_id = r.scan_id)), 'UTF8'));

CREATE FUNCTION casweep.row_sha256(r casweep.observation) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(casweep.serialised(r.ca_id) || casweep.serialised(r.scan_id) || casweep.serialised(r.ca_identity_id)
    || casweep.serialised(r.reading_id) || casweep.serialised(r.started_at) || casweep.serialised(r.finished_at), 'UTF8'));

-- The hash of an entry that follows one with the hash `prev`.
CREATE FUNCTION casweep.ledger_hash(prev bytea, seq bigint, ts text, kind text, body text) RETURNS bytea STABLE LANGUAGE sql
  RETURN sha256(convert_to(encode(prev, 'hex') || E'\n' || seq || E'\n' || ts || E'\n' || kind || E'\n' || body, 'UTF8'));

-- The identity of the history whose first entry has this hash: a UUID of version 8.
CREATE FUNCTION casweep.site_id_of(first_hash bytea) RETURNS uuid IMMUTABLE LANGUAGE sql
  RETURN (SELECT overlay(overlay(digits PLACING '8' FROM 13) PLACING substr('89ab', ascii(substr(digits, 17, 1)) % 4 + 1, 1) FROM 17)
          FROM substr(encode(first_hash, 'hex'), 1, 32) AS digits)::uuid;

CREATE FUNCTION casweep.milliseconds(instant timestamptz) RETURNS bigint IMMUTABLE LANGUAGE sql
  RETURN floor(extract(epoch FROM instant) * 1000)::bigint;

-- The rows that an entry binds by their hashes.
CREATE FUNCTION casweep.rows_bound_by(entry casweep.ledger) RETURNS TABLE (name text, id bigint, sha256 bytea)
LANGUAGE sql STABLE AS $$
  SELECT t.key, (r.value ->> 0)::bigint, decode(r.value ->> 1, 'hex')
  FROM jsonb_each(CASE WHEN jsonb_typeof(entry.body::jsonb -> 'rows') = 'object' THEN entry.body::jsonb -> 'rows' END) AS t,
       jsonb_array_elements(t.value) AS r
$$;

-- Refuses everyone but the login of `of_site`. Locks its row.
CREATE FUNCTION casweep.require_publisher(of_site uuid) RETURNS casweep.site LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found casweep.site;
BEGIN
  SELECT * INTO found FROM casweep.site WHERE site_id = of_site FOR UPDATE;
  IF found.login IS DISTINCT FROM session_user::text OR found.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC001', MESSAGE = 'this login is not enrolled for this site',
      DETAIL = json_build_object('site', of_site, 'login', session_user);
  END IF;
  RETURN found;
END $$;

-- Begins a session of publishing: makes the tables into which the publisher copies. They belong to the owner of this schema, so
-- a publisher can do nothing to them but copy into them, and ingest() reads no table that a publisher made. `format` is the
-- version of the columns that the publisher knows.
CREATE FUNCTION casweep.open_publication(format int) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fact text;
BEGIN
  IF format <> 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC007', MESSAGE = 'this hub does not know the format of the publication',
      DETAIL = json_build_object('known', 1);
  END IF;
  SET LOCAL client_min_messages = error;
  FOREACH fact IN ARRAY ARRAY['ledger', 'scan', 'certificate', 'listing', 'listing_nt_auth_certificate', 'ca', 'ca_identity',
                              'ca_identity_certificate', 'reading', 'observation', 'disposition', 'evidence_bundle'] LOOP
    EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE casweep.%I) ON COMMIT DELETE ROWS', 'published_' || fact, fact);
    EXECUTE format('ALTER TABLE pg_temp.%I DROP COLUMN site_id, DROP COLUMN IF EXISTS received_at', 'published_' || fact);
    IF fact <> 'ledger' THEN
      EXECUTE format('ALTER TABLE pg_temp.%I DROP COLUMN IF EXISTS seq', 'published_' || fact);
    ELSE
      ALTER TABLE pg_temp.published_ledger ADD COLUMN prev bytea NOT NULL;
    END IF;
    EXECUTE format('GRANT INSERT ON pg_temp.%I TO %I', 'published_' || fact, session_user);
  END LOOP;
  CREATE TEMPORARY TABLE published_bound (name text NOT NULL, id bigint NOT NULL, sha256 bytea NOT NULL, seq bigint NOT NULL)
    ON COMMIT DELETE ROWS;
END $$;

-- Receives what was copied since the last call in this session: the entries that follow the head of `of_site`, and the rows that they
-- bind; all of it or, with an exception, nothing. Returns the new head. If the hub has all entries already, nothing happens.
--
-- Of a site that is new, PostgreSQL has no statistics. It would expect one row, compare each with each, and need minutes for a year of
-- scans. Without nested loops all joins are hash joins, which are fast for any number of rows, because the functions that ingest() calls
-- read only the rows that it received.
CREATE FUNCTION casweep.ingest(of_site uuid) RETURNS TABLE (head_seq bigint, head_hash text, received_at bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  site casweep.site := casweep.require_publisher(of_site);
  fact text;
  columns text;
  problem record;
  last record;
BEGIN
  -- Only tables that open_publication() made: a table of the publisher could run the publisher's code with the owner's rights.
  IF (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname LIKE 'published\_%' AND relkind = 'r'
        AND relowner = 'casweep_owner'::regrole) <> 13 OR pg_my_temp_schema() = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC007', MESSAGE = 'open_publication() was not called in this session';
  END IF;

  -- The chain.
  SELECT e.seq, l.received_at, l.hash = e.hash AS same INTO problem
    FROM pg_temp.published_ledger AS e JOIN casweep.ledger AS l ON l.site_id = of_site AND l.seq = e.seq
    ORDER BY l.hash = e.hash, e.seq LIMIT 1;
  IF FOUND AND NOT problem.same THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC002', MESSAGE = 'the hub has received another entry with this number',
      DETAIL = json_build_object('seq', problem.seq, 'received_at', casweep.milliseconds(problem.received_at));
  END IF;
  IF FOUND THEN
    IF NOT EXISTS (SELECT FROM pg_temp.published_ledger WHERE seq > site.head_seq) THEN
      RETURN QUERY SELECT site.head_seq, encode(site.head_hash, 'hex'), casweep.milliseconds(site.received_at);
      RETURN;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'ZC008', MESSAGE = 'another publisher sent some of these entries in the meantime',
      DETAIL = json_build_object('head', site.head_seq);
  END IF;
  SELECT * INTO problem FROM (
    SELECT e.seq, e.prev, e.hash, site.head_seq + row_number() OVER in_order AS expected_seq,
           lag(e.hash, 1, site.head_hash) OVER in_order AS expected_prev,
           casweep.ledger_hash(e.prev, e.seq, e.ts, e.kind, e.body) AS expected_hash
    FROM pg_temp.published_ledger AS e WINDOW in_order AS (ORDER BY e.seq)) AS entry
    WHERE seq <> expected_seq OR prev <> expected_prev OR hash <> expected_hash ORDER BY seq LIMIT 1;
  IF FOUND AND problem.seq <> problem.expected_seq THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC003', MESSAGE = 'an entry is missing before this one',
      DETAIL = json_build_object('seq', problem.seq, 'expected', problem.expected_seq);
  ELSIF FOUND AND problem.prev <> problem.expected_prev THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC002', MESSAGE = 'this entry does not follow the one that the hub has received',
      DETAIL = json_build_object('seq', problem.seq - 1, 'received_at',
        (SELECT casweep.milliseconds(l.received_at) FROM casweep.ledger AS l WHERE l.site_id = of_site AND l.seq = problem.seq - 1));
  ELSIF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC004', MESSAGE = 'the hash of this entry is not that of its content',
      DETAIL = json_build_object('seq', problem.seq);
  END IF;
  IF site.head_seq = 0 AND of_site <> (SELECT casweep.site_id_of(e.hash) FROM pg_temp.published_ledger AS e WHERE e.seq = 1) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC009', MESSAGE = 'this history is another site',
      DETAIL = json_build_object('site', of_site);
  END IF;
  INSERT INTO casweep.ledger (site_id, seq, ts, kind, body, hash, received_at)
    SELECT of_site, e.seq, e.ts, e.kind, e.body, e.hash, now() FROM pg_temp.published_ledger AS e;

  -- The scans that ended with these entries.
  INSERT INTO casweep.scan (site_id, id, seq, uuid, state, started_at, finished_at, tool_version, account, host_name, os_user,
                            settings_json, failure, octets)
    SELECT of_site, s.id, e.seq, s.uuid, s.state, s.started_at, s.finished_at, s.tool_version, s.account, s.host_name, s.os_user,
           s.settings_json, s.failure, s.octets
    FROM pg_temp.published_scan AS s
         JOIN (SELECT seq, body::jsonb AS body FROM pg_temp.published_ledger WHERE kind = 'scan_finished') AS e
           ON e.body ->> 'scan' = s.id::text AND e.body ->> 'uuid' = s.uuid::text AND e.body ->> 'state' = s.state;
  SELECT coalesce(s.id, (e.body ->> 'scan')::bigint) AS id, e.seq INTO problem
    FROM (SELECT p.id, scan.seq FROM pg_temp.published_scan AS p LEFT JOIN casweep.scan ON scan.site_id = of_site AND scan.id = p.id) AS s
         FULL JOIN (SELECT seq, body::jsonb AS body FROM pg_temp.published_ledger WHERE kind = 'scan_finished') AS e ON e.seq = s.seq
    WHERE s.seq IS NULL OR e.seq IS NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'a scan is not the one that the ledger recorded',
      DETAIL = json_build_object('table', 'scan', 'id', problem.id, 'seq', problem.seq);
  END IF;

  -- The rows that these entries bind, in the order of the references between them.
  INSERT INTO pg_temp.published_bound (name, id, sha256, seq)
    SELECT b.name, b.id, b.sha256, l.seq
    FROM casweep.ledger AS l, casweep.rows_bound_by(l) AS b WHERE l.site_id = of_site AND l.seq > site.head_seq;
  INSERT INTO casweep.certificate (site_id, id, seq, sha256, der)
    SELECT of_site, p.id, b.seq, p.sha256, p.der
    FROM pg_temp.published_certificate AS p JOIN pg_temp.published_bound AS b ON b.name = 'certificate' AND b.id = p.id;
  INSERT INTO casweep.ca (site_id, id, seq, object_guid)
    SELECT of_site, p.id, b.seq, p.object_guid
    FROM pg_temp.published_ca AS p JOIN pg_temp.published_bound AS b ON b.name = 'ca' AND b.id = p.id;
  FOREACH fact IN ARRAY ARRAY['ca_identity', 'reading', 'disposition', 'evidence_bundle'] LOOP
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
      WHERE attrelid = ('casweep.' || fact)::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('site_id', 'seq', 'id');
    EXECUTE format('INSERT INTO casweep.%1$I (site_id, seq, id, %2$s)
                    SELECT $1, b.seq, p.id, %2$s FROM pg_temp.%3$I AS p JOIN pg_temp.published_bound AS b ON b.name = %1$L AND b.id = p.id',
                   fact, columns, 'published_' || fact) USING of_site;
  END LOOP;
  INSERT INTO casweep.ca_identity_certificate (site_id, ca_identity_id, position, certificate_id)
    SELECT of_site, p.ca_identity_id, p.position, p.certificate_id FROM pg_temp.published_ca_identity_certificate AS p;
  INSERT INTO casweep.listing
    SELECT of_site, p.* FROM pg_temp.published_listing AS p;
  INSERT INTO casweep.listing_nt_auth_certificate (site_id, scan_id, position, certificate_id)
    SELECT of_site, p.scan_id, p.position, p.certificate_id FROM pg_temp.published_listing_nt_auth_certificate AS p;
  FOREACH fact IN ARRAY ARRAY['certificate', 'ca', 'ca_identity', 'reading', 'disposition', 'evidence_bundle'] LOOP
    EXECUTE format('
      SELECT coalesce(b.id, r.id) AS id, b.seq
      FROM (SELECT p.id, casweep.row_sha256(t) AS sha256
            FROM pg_temp.%2$I AS p LEFT JOIN casweep.%1$I AS t ON t.site_id = $1 AND t.id = p.id) AS r
           FULL JOIN (SELECT id, sha256, seq FROM pg_temp.published_bound WHERE name = %1$L) AS b ON b.id = r.id
      WHERE b.id IS NULL OR r.sha256 IS DISTINCT FROM b.sha256 ORDER BY 1 LIMIT 1', fact, 'published_' || fact)
      INTO problem USING of_site;
    IF problem.id IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'a row is not the one that the ledger recorded',
        DETAIL = json_build_object('table', fact, 'id', problem.id, 'seq', problem.seq);
    END IF;
  END LOOP;
  SELECT b.name, b.id, b.seq INTO problem FROM pg_temp.published_bound AS b
    WHERE b.name NOT IN ('certificate', 'ca', 'ca_identity', 'reading', 'disposition', 'evidence_bundle') LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'the ledger recorded a row of a table that this hub does not know',
      DETAIL = json_build_object('table', problem.name, 'id', problem.id, 'seq', problem.seq);
  END IF;
  -- What belongs to a row is covered by the hash of that row; it must be a row of this call.
  IF EXISTS (SELECT FROM pg_temp.published_ca_identity_certificate AS p
             WHERE NOT EXISTS (SELECT FROM pg_temp.published_ca_identity AS i WHERE i.id = p.ca_identity_id))
     OR EXISTS (SELECT FROM pg_temp.published_listing_nt_auth_certificate AS p
                WHERE NOT EXISTS (SELECT FROM pg_temp.published_listing AS i WHERE i.scan_id = p.scan_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'a certificate belongs to no row of this publication', DETAIL = '{}';
  END IF;

  INSERT INTO casweep.observation (site_id, scan_id, ca_id, ca_identity_id, reading_id, started_at, finished_at)
    SELECT of_site, p.scan_id, p.ca_id, p.ca_identity_id, p.reading_id, p.started_at, p.finished_at
    FROM pg_temp.published_observation AS p;
  SELECT b.name, b.id, b.seq INTO problem FROM casweep.problems_of_scans(of_site, site.head_seq) AS b
    ORDER BY b.seq LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'the rows of a scan are not those that the ledger recorded',
      DETAIL = json_build_object('table', problem.name, 'id', problem.id, 'seq', problem.seq);
  END IF;
  IF EXISTS (SELECT FROM pg_temp.published_observation AS p
             WHERE NOT EXISTS (SELECT FROM pg_temp.published_scan AS s WHERE s.id = p.scan_id))
     OR EXISTS (SELECT FROM pg_temp.published_listing AS p
                WHERE NOT EXISTS (SELECT FROM pg_temp.published_scan AS s WHERE s.id = p.scan_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC005', MESSAGE = 'a row belongs to no scan of this publication', DETAIL = '{}';
  END IF;

  INSERT INTO casweep.scan_total SELECT t.* FROM casweep.derived_scan_total(of_site, site.head_seq) AS t;
  INSERT INTO casweep.ca_change SELECT c.* FROM casweep.derived_ca_change(of_site, site.head_seq) AS c;
  INSERT INTO casweep.ca_latest (site_id, ca_id, scan_id, ca_identity_id, read_scan_id, reading_id, read_at)
    SELECT n.* FROM casweep.derived_ca_latest(of_site, site.head_seq) AS n
    ON CONFLICT (site_id, ca_id) DO UPDATE
    SET scan_id = excluded.scan_id, ca_identity_id = excluded.ca_identity_id,
        read_scan_id = coalesce(excluded.read_scan_id, ca_latest.read_scan_id),
        reading_id = coalesce(excluded.reading_id, ca_latest.reading_id),
        read_at = coalesce(excluded.read_at, ca_latest.read_at);

  SELECT seq, hash INTO last FROM pg_temp.published_ledger ORDER BY seq DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN QUERY SELECT site.head_seq, encode(site.head_hash, 'hex'), casweep.milliseconds(site.received_at);
    RETURN;
  END IF;
  UPDATE casweep.site
    SET head_seq = last.seq, head_hash = last.hash, received_at = now(),
        newest_at = greatest(newest_at, (SELECT max(greatest(s.started_at, s.finished_at)) FROM pg_temp.published_scan AS s))
    WHERE site_id = of_site;
  RETURN QUERY SELECT last.seq, encode(last.hash, 'hex'), casweep.milliseconds(now());
END $$;

-- The lowest number among the scans that ended after the entry `after`: no row of them is before it in an index. NULL if there is none.
CREATE FUNCTION casweep.first_scan_after(of_site uuid, after bigint) RETURNS bigint STABLE LANGUAGE sql
  RETURN (SELECT min(s.id) FROM casweep.scan AS s WHERE s.site_id = of_site AND s.seq > after);

-- The scans of `of_site` that ended after the entry `after` and whose listing or observations are not what their entry recorded.
CREATE FUNCTION casweep.problems_of_scans(of_site uuid, after bigint) RETURNS TABLE (name text, id bigint, seq bigint)
LANGUAGE sql STABLE AS $$
  WITH ended AS (
    SELECT s.site_id, s.id, s.seq, e.body::jsonb AS body
    FROM casweep.scan AS s JOIN casweep.ledger AS e ON e.site_id = s.site_id AND e.seq = s.seq
    WHERE s.site_id = of_site AND s.seq > after AND e.seq > after),
  observed AS (
    SELECT o.scan_id, sha256(string_agg(casweep.row_sha256(o), ''::bytea ORDER BY o.ca_id)) AS sha256
    FROM casweep.observation AS o
    WHERE o.site_id = of_site AND o.scan_id >= casweep.first_scan_after(of_site, after)
      AND o.scan_id IN (SELECT ended.id FROM ended) GROUP BY o.scan_id)
  SELECT 'observation', e.id, e.seq FROM ended AS e LEFT JOIN observed AS o ON o.scan_id = e.id
  WHERE coalesce(encode(o.sha256, 'hex'), encode(sha256(''), 'hex')) IS DISTINCT FROM e.body -> 'observations' ->> 'sha256'
  UNION ALL
  SELECT 'listing', e.id, e.seq FROM ended AS e
         LEFT JOIN casweep.listing AS l ON l.site_id = of_site AND l.scan_id = e.id
                                           AND l.scan_id >= casweep.first_scan_after(of_site, after)
  WHERE CASE WHEN l.scan_id IS NULL THEN NULL ELSE encode(casweep.row_sha256(l), 'hex') END
        IS DISTINCT FROM e.body ->> 'listing_sha256'
$$;

-- The rows of the derived tables for the scans that ended after the entry `after`.
CREATE FUNCTION casweep.derived_scan_total(of_site uuid, after bigint) RETURNS SETOF casweep.scan_total LANGUAGE sql STABLE AS $$
  SELECT of_site, s.id, s.started_at, count(o.ca_id), count(*) FILTER (WHERE r.outcome = 'enforced'),
         count(*) FILTER (WHERE r.outcome = 'not-enforced'), count(*) FILTER (WHERE r.outcome = 'not-exposed'),
         count(*) FILTER (WHERE r.outcome = 'unknown'),
         (SELECT max(e.at) FROM (SELECT seq, finished_at AS at FROM casweep.scan WHERE site_id = of_site
                                 UNION ALL SELECT seq, set_at + 1 FROM casweep.disposition WHERE site_id = of_site) AS e
          WHERE e.seq < s.seq)
  FROM casweep.scan AS s LEFT JOIN casweep.observation AS o ON o.site_id = of_site AND o.scan_id = s.id
                                                               AND o.scan_id >= casweep.first_scan_after(of_site, after)
       LEFT JOIN casweep.reading AS r ON r.site_id = of_site AND r.id = o.reading_id
  WHERE s.site_id = of_site AND s.seq > after
  GROUP BY s.id, s.seq, s.started_at
$$;

-- The observations of these scans, each with what was known of the CA before it.
CREATE FUNCTION casweep.observed_after(of_site uuid, after bigint)
RETURNS TABLE (ca_id bigint, scan_id bigint, ca_identity_id bigint, reading_id bigint, previous_scan_id bigint,
               previous_identity_id bigint, previous_read_scan_id bigint, previous_reading_id bigint)
LANGUAGE sql STABLE AS $$
  WITH observed AS (
    SELECT o.ca_id, o.scan_id, o.ca_identity_id, o.reading_id,
           CASE WHEN o.reading_id IS NOT NULL THEN o.scan_id END AS read_scan_id
    FROM casweep.scan AS s JOIN casweep.observation AS o ON o.site_id = of_site AND o.scan_id = s.id
                                                            AND o.scan_id >= casweep.first_scan_after(of_site, after)
    WHERE s.site_id = of_site AND s.seq > after),
  -- Each CA's observation before these, as ca_latest has it until they are received.
  known AS (
    SELECT l.ca_id, l.scan_id, l.ca_identity_id, l.reading_id, l.read_scan_id FROM casweep.ca_latest AS l
    WHERE l.site_id = of_site AND after > 0 AND l.ca_id IN (SELECT ca_id FROM observed)),
  both_of_them AS (SELECT *, TRUE AS new FROM observed UNION ALL SELECT *, FALSE FROM known),
  in_order AS (
    SELECT *, lag(scan_id) OVER w AS previous_scan_id, lag(ca_identity_id) OVER w AS previous_identity_id,
           -- The last reading before this row: the readings before it are counted, and the number is that of its group.
           count(reading_id) OVER w AS readings
    FROM both_of_them WINDOW w AS (PARTITION BY ca_id ORDER BY scan_id)),
  with_reading AS (
    SELECT *, max(reading_id) OVER g AS last_reading_id, max(read_scan_id) OVER g AS last_read_scan_id
    FROM in_order WINDOW g AS (PARTITION BY ca_id, readings))
  SELECT ca_id, scan_id, ca_identity_id, reading_id, previous_scan_id, previous_identity_id, previous_read_scan_id,
         previous_reading_id
  FROM (SELECT *, lag(last_reading_id) OVER w AS previous_reading_id, lag(last_read_scan_id) OVER w AS previous_read_scan_id
        FROM with_reading WINDOW w AS (PARTITION BY ca_id ORDER BY scan_id)) AS o
  WHERE new
$$;

CREATE FUNCTION casweep.derived_ca_change(of_site uuid, after bigint) RETURNS SETOF casweep.ca_change LANGUAGE sql STABLE AS $$
  SELECT of_site, o.ca_id, o.scan_id, o.previous_scan_id, o.ca_identity_id, o.reading_id, m.id, o.previous_read_scan_id,
         o.previous_reading_id
  FROM casweep.observed_after(of_site, after) AS o
       LEFT JOIN LATERAL (SELECT c.id FROM casweep.scan AS c
                          WHERE c.site_id = of_site AND c.state = 'complete' AND c.id < o.scan_id
                            AND c.id > coalesce(o.previous_scan_id, 0) AND o.scan_id > coalesce(o.previous_scan_id, 0) + 1
                          ORDER BY c.id LIMIT 1) AS m ON TRUE
       LEFT JOIN casweep.reading AS r ON r.site_id = of_site AND r.id = o.reading_id
       LEFT JOIN casweep.reading AS p ON p.site_id = of_site AND p.id = o.previous_reading_id
  WHERE o.previous_scan_id IS NULL
     OR o.previous_identity_id <> o.ca_identity_id
     OR (r.outcome IS NOT NULL AND r.outcome IS DISTINCT FROM p.outcome)
     OR m.id IS NOT NULL
$$;

CREATE FUNCTION casweep.derived_ca_latest(of_site uuid, after bigint) RETURNS SETOF casweep.ca_latest LANGUAGE sql STABLE AS $$
  SELECT of_site, n.ca_id, n.scan_id, n.ca_identity_id, r.scan_id, r.reading_id, f.finished_at
  FROM (SELECT DISTINCT ON (o.ca_id) o.ca_id, o.scan_id, o.ca_identity_id
        FROM casweep.observed_after(of_site, after) AS o ORDER BY o.ca_id, o.scan_id DESC) AS n
       LEFT JOIN (SELECT DISTINCT ON (o.ca_id) o.ca_id, o.scan_id, o.reading_id
                  FROM casweep.observed_after(of_site, after) AS o WHERE o.reading_id IS NOT NULL
                  ORDER BY o.ca_id, o.scan_id DESC) AS r ON r.ca_id = n.ca_id
       LEFT JOIN casweep.observation AS f ON f.site_id = of_site AND f.scan_id = r.scan_id AND f.ca_id = n.ca_id
                                                AND f.scan_id >= casweep.first_scan_after(of_site, after)
$$;

-- What the hub has of a site, for its publisher and for readers: its head, and the entry with the number `of_seq` (NULL if it has
-- none). Hashes are in hexadecimal, times are Unix milliseconds.
CREATE FUNCTION casweep.received(of_site uuid, of_seq bigint)
RETURNS TABLE (head_seq bigint, head_hash text, head_received_at bigint, hash text, received_at bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT s.head_seq, encode(s.head_hash, 'hex'), casweep.milliseconds(s.received_at), encode(l.hash, 'hex'),
                      casweep.milliseconds(l.received_at)
    FROM casweep.site AS s LEFT JOIN casweep.ledger AS l ON l.site_id = of_site AND l.seq = of_seq
    WHERE s.site_id = of_site
      AND (s.login = session_user::text OR pg_has_role(session_user, 'casweep_reader', 'USAGE')
           OR pg_has_role(session_user, 'casweep_owner', 'USAGE')
           OR EXISTS (SELECT FROM casweep.reader_site AS r WHERE r.site_id = of_site AND r.login = session_user::text));
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'ZC001', MESSAGE = 'this login is not enrolled for this site',
      DETAIL = json_build_object('site', of_site, 'login', session_user);
  END IF;
END $$;

-- For the owner. Compares everything that was received of a site with its ledger, and the derived tables with what they are derived
-- from. `seq` is the entry concerned, `id` the row.
CREATE FUNCTION casweep.check_site(of_site uuid) RETURNS TABLE (name text, id bigint, seq bigint, problem text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  fact text;
BEGIN
  RETURN QUERY
    SELECT 'ledger', e.seq, e.seq,
           CASE WHEN e.seq <> e.expected THEN 'entries before it are missing' ELSE 'its hash is not that of its content' END
    FROM (SELECT l.seq, l.hash, row_number() OVER w AS expected,
                 casweep.ledger_hash(lag(l.hash, 1, decode(repeat('00', 32), 'hex')) OVER w, l.seq, l.ts, l.kind, l.body) AS expected_hash
          FROM casweep.ledger AS l WHERE l.site_id = of_site WINDOW w AS (ORDER BY l.seq)) AS e
    WHERE e.seq <> e.expected OR e.hash <> e.expected_hash;
  RETURN QUERY
    SELECT 'site', s.head_seq, s.head_seq, 'the noted head is not the newest entry'
    FROM casweep.site AS s LEFT JOIN (SELECT l.seq, l.hash FROM casweep.ledger AS l WHERE l.site_id = of_site
                                      ORDER BY l.seq DESC LIMIT 1) AS newest ON TRUE
    WHERE s.site_id = of_site AND (s.head_seq <> coalesce(newest.seq, 0) OR s.head_hash IS DISTINCT FROM newest.hash)
          AND NOT (s.head_seq = 0 AND newest.seq IS NULL);
  FOREACH fact IN ARRAY ARRAY['certificate', 'ca', 'ca_identity', 'reading', 'disposition', 'evidence_bundle'] LOOP
    RETURN QUERY EXECUTE format('
      SELECT %1$L, coalesce(t.id, b.id), coalesce(b.seq, t.seq),
             CASE WHEN b.id IS NULL THEN ''it is in no ledger entry'' WHEN t.id IS NULL THEN ''it is missing''
                  ELSE ''it is not what the ledger recorded'' END
      FROM (SELECT r.id, r.seq, casweep.row_sha256(r) AS sha256 FROM casweep.%1$I AS r WHERE r.site_id = $1) AS t
           FULL JOIN (SELECT b.id, b.sha256, l.seq FROM casweep.ledger AS l, casweep.rows_bound_by(l) AS b
                      WHERE l.site_id = $1 AND b.name = %1$L) AS b ON b.id = t.id
      WHERE b.id IS NULL OR t.sha256 IS DISTINCT FROM b.sha256 OR t.seq <> b.seq', fact) USING of_site;
  END LOOP;
  RETURN QUERY
    SELECT 'scan', coalesce(s.id, (e.body ->> 'scan')::bigint), coalesce(e.seq, s.seq), 'it is not the scan that the ledger recorded'
    FROM (SELECT * FROM casweep.scan WHERE site_id = of_site) AS s
         FULL JOIN (SELECT l.seq, l.body::jsonb AS body FROM casweep.ledger AS l
                    WHERE l.site_id = of_site AND l.kind = 'scan_finished') AS e ON e.seq = s.seq
    WHERE s.id IS NULL OR e.seq IS NULL OR s.id::text IS DISTINCT FROM e.body ->> 'scan'
       OR s.uuid::text IS DISTINCT FROM e.body ->> 'uuid' OR s.state IS DISTINCT FROM e.body ->> 'state';
  RETURN QUERY
    SELECT p.name, p.id, p.seq, 'it is not what the ledger recorded of this scan' FROM casweep.problems_of_scans(of_site, 0) AS p;
  FOREACH fact IN ARRAY ARRAY['scan_total', 'ca_change', 'ca_latest'] LOOP
    RETURN QUERY EXECUTE format('
      SELECT %1$L, d.scan_id, NULL::bigint, ''it is not what follows from the scans''
      FROM ((SELECT * FROM casweep.%1$I WHERE site_id = $1 EXCEPT SELECT * FROM casweep.%2$I($1, 0))
            UNION ALL (SELECT * FROM casweep.%2$I($1, 0) EXCEPT SELECT * FROM casweep.%1$I WHERE site_id = $1)) AS d',
      fact, 'derived_' || fact)
      USING of_site;
  END LOOP;
END $$;

-- For the owner. Rights that this schema does not give, and protections that are off.
CREATE FUNCTION casweep.check_rights() RETURNS TABLE (problem text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH held AS (SELECT c.* FROM pg_class AS c WHERE c.relnamespace = 'casweep'::regnamespace AND c.relkind IN ('r', 'p', 'v'))
  SELECT format('the table %s belongs to %s instead of casweep_owner', relname, pg_get_userbyid(relowner))
  FROM held WHERE relowner <> 'casweep_owner'::regrole
  UNION ALL
  SELECT format('%s may %s in the table %s', CASE a.grantee WHEN 0 THEN 'everyone' ELSE pg_get_userbyid(a.grantee) END, a.privilege_type, relname)
  FROM held, aclexplode(relacl) AS a WHERE a.grantee <> relowner AND a.privilege_type <> 'SELECT'
  UNION ALL
  SELECT format('%s may read the table %s', CASE a.grantee WHEN 0 THEN 'everyone' ELSE pg_get_userbyid(a.grantee) END, relname)
  FROM held, aclexplode(relacl) AS a
  WHERE a.privilege_type = 'SELECT' AND a.grantee <> relowner
    AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) NOT IN ('casweep_reader', 'casweep_site_reader'))
  UNION ALL
  SELECT format('the trigger %s of the table %s is switched off', t.tgname, relname)
  FROM held JOIN pg_trigger AS t ON t.tgrelid = held.oid WHERE t.tgenabled <> 'O'
  UNION ALL
  SELECT format('the table %s has no trigger against changes', relname)
  FROM held WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('site', 'reader_site', 'ca_latest')
    AND (SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = held.oid AND t.tgname IN ('is_final', 'stays')) <> 2
  UNION ALL
  SELECT format('row-level security of the table %s is switched off', relname)
  FROM held WHERE relkind IN ('r', 'p') AND NOT relispartition AND NOT relrowsecurity
  UNION ALL
  SELECT format('%s may execute the function %s', CASE a.grantee WHEN 0 THEN 'everyone' ELSE pg_get_userbyid(a.grantee) END, p.proname)
  FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
  WHERE p.pronamespace = 'casweep'::regnamespace AND a.grantee <> p.proowner
    AND (a.grantee = 0 OR pg_get_userbyid(a.grantee) NOT IN ('casweep_publisher', 'casweep_reader', 'casweep_site_reader'))
$$;

-- What readers see. The views read with the rights of the login that asks, so row-level security applies.
CREATE FUNCTION casweep.instant(milliseconds bigint) RETURNS timestamptz IMMUTABLE LANGUAGE sql
  RETURN to_timestamp(least(greatest(milliseconds, -62135596800000), 253402300799999) / 1000.0);
CREATE FUNCTION casweep.shown(value text, octets jsonb, name text) RETURNS text IMMUTABLE LANGUAGE sql
  RETURN coalesce(value, '\x' || (octets ->> name));

CREATE VIEW casweep.site_status WITH (security_invoker) AS
  SELECT s.site_id, casweep.shown(l.forest, l.octets, 'forest') AS forest, l.root_domain_sid, s.head_seq, s.received_at, s.revoked_at,
         newest.id AS newest_scan_id, newest.state AS newest_scan_state, casweep.instant(newest.started_at) AS newest_scan_at,
         complete.id AS complete_scan_id, casweep.instant(complete.started_at) AS complete_scan_at,
         casweep.instant(greatest(complete.started_at, complete.finished_at)) AS complete_scan_ended_at,
         t.observed, t.enforced, t.not_enforced, t.not_exposed, t.observed - t.enforced - t.not_enforced - t.not_exposed AS unknown
  FROM casweep.site AS s
       LEFT JOIN LATERAL (SELECT n.id, n.state, n.started_at FROM casweep.scan AS n WHERE n.site_id = s.site_id
                          ORDER BY n.id DESC LIMIT 1) AS newest ON TRUE
       LEFT JOIN LATERAL (SELECT n.id, n.started_at, n.finished_at FROM casweep.scan AS n
                          WHERE n.site_id = s.site_id AND n.state = 'complete'
                          ORDER BY n.id DESC LIMIT 1) AS complete ON TRUE
       LEFT JOIN casweep.listing AS l ON l.site_id = s.site_id AND l.scan_id = complete.id
       LEFT JOIN casweep.scan_total AS t ON t.site_id = s.site_id AND t.scan_id = complete.id;

-- Each CA as it was last listed and last read. `listed` is false if a complete scan since then did not list it.
CREATE VIEW casweep.ca_status WITH (security_invoker) AS
  SELECT n.site_id, c.object_guid, casweep.shown(i.common_name, i.octets, 'common_name') AS common_name,
         casweep.shown(i.display_name, i.octets, 'display_name') AS display_name,
         casweep.shown(i.dns_host_name, i.octets, 'dns_host_name') AS dns_host_name,
         coalesce(r.outcome, 'unknown') AS verdict, r.reason, casweep.shown(r.detail, r.octets, 'detail') AS detail, r.interface_flags,
         n.scan_id AS listed_scan_id, n.read_scan_id, casweep.instant(n.read_at) AS read_at,
         NOT EXISTS (SELECT FROM casweep.scan AS later WHERE later.site_id = n.site_id AND later.id > n.scan_id
                                                         AND later.state = 'complete') AS listed
  FROM casweep.ca_latest AS n
       JOIN casweep.ca AS c ON c.site_id = n.site_id AND c.id = n.ca_id
       JOIN casweep.ca_identity AS i ON i.site_id = n.site_id AND i.id = n.ca_identity_id
       LEFT JOIN casweep.reading AS r ON r.site_id = n.site_id AND r.id = n.reading_id;

CREATE VIEW casweep.scan_history WITH (security_invoker) AS
  SELECT s.site_id, s.id AS scan_id, s.uuid, s.state, casweep.instant(s.started_at) AS started_at,
         casweep.instant(s.finished_at) AS finished_at, s.tool_version, casweep.shown(s.account, s.octets, 'account') AS account,
         casweep.shown(s.host_name, s.octets, 'host_name') AS host_name, casweep.shown(s.failure, s.octets, 'failure') AS failure,
         t.observed, t.enforced, t.not_enforced, t.not_exposed, t.observed - t.enforced - t.not_enforced - t.not_exposed AS unknown
  FROM casweep.scan AS s JOIN casweep.scan_total AS t ON t.site_id = s.site_id AND t.scan_id = s.id;

-- The observations at which something about a CA changed.
CREATE VIEW casweep.ca_history WITH (security_invoker) AS
  SELECT h.site_id, c.object_guid, casweep.shown(i.common_name, i.octets, 'common_name') AS common_name,
         casweep.shown(i.dns_host_name, i.octets, 'dns_host_name') AS dns_host_name, h.scan_id,
         casweep.instant(s.started_at) AS scan_started_at, r.outcome AS verdict, r.reason, r.interface_flags
  FROM casweep.ca_change AS h
       JOIN casweep.scan AS s ON s.site_id = h.site_id AND s.id = h.scan_id
       JOIN casweep.ca AS c ON c.site_id = h.site_id AND c.id = h.ca_id
       JOIN casweep.ca_identity AS i ON i.site_id = h.site_id AND i.id = h.ca_identity_id
       LEFT JOIN casweep.reading AS r ON r.site_id = h.site_id AND r.id = h.reading_id;

CREATE VIEW casweep.decision WITH (security_invoker) AS
  SELECT d.site_id, d.id, c.object_guid, d.status, casweep.shown(d.reason, d.octets, 'reason') AS reason,
         casweep.shown(d.approver, d.octets, 'approver') AS approver, casweep.instant(d.until_at) AS until,
         casweep.shown(d.ticket, d.octets, 'ticket') AS ticket, casweep.instant(d.set_at) AS set_at
  FROM casweep.disposition AS d JOIN casweep.ca AS c ON c.site_id = d.site_id AND c.id = d.ca_id;

CREATE VIEW casweep.received_entry WITH (security_invoker) AS
  SELECT site_id, seq, ts, kind, encode(hash, 'hex') AS hash, received_at FROM casweep.ledger;

-- Rights. A publisher has no table at all; a reader has SELECT and, as a member of casweep_site_reader, only the sites that
-- 'casweep hub enroll SITE --reader ROLE' gave it.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA casweep FROM PUBLIC;
GRANT USAGE ON SCHEMA casweep TO casweep_publisher, casweep_reader, casweep_site_reader;
GRANT EXECUTE ON FUNCTION casweep.schema_version(), casweep.received(uuid, bigint)
  TO casweep_publisher, casweep_reader, casweep_site_reader;
GRANT EXECUTE ON FUNCTION casweep.open_publication(int), casweep.ingest(uuid) TO casweep_publisher;
GRANT EXECUTE ON FUNCTION casweep.instant(bigint), casweep.shown(text, jsonb, text) TO casweep_reader, casweep_site_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA casweep TO casweep_reader, casweep_site_reader;

DO $$
DECLARE
  held regclass;
BEGIN
  FOR held IN SELECT oid FROM pg_class WHERE relnamespace = 'casweep'::regnamespace AND relkind IN ('r', 'p') LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', held);
    EXECUTE format('CREATE POLICY every_site ON %s FOR SELECT TO casweep_reader USING (TRUE)', held);
    IF held = 'casweep.reader_site'::regclass THEN
      EXECUTE format('CREATE POLICY own_sites ON %s FOR SELECT TO casweep_site_reader USING (login = current_user::text)', held);
    ELSE
      EXECUTE format('CREATE POLICY own_sites ON %s FOR SELECT TO casweep_site_reader USING (site_id IN
                      (SELECT r.site_id FROM casweep.reader_site AS r WHERE r.login = current_user::text))', held);
    END IF;
  END LOOP;
END $$;
