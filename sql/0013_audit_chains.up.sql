-- Every entry names the hash of the one before it, so that a changed or missing entry shows. There is
-- a chain for each account that entries concern, and one (of zeros) for what concerns none.
--
-- One chain for all would make every purchase wait for the commit of every other: its head is locked
-- from the entry to the end of the transaction. What touches an account's money or access holds that
-- account's row anyway, so a chain for each account makes nobody wait who did not wait before.
CREATE TABLE audit_chains (
  chain_id uuid   NOT NULL,
  length   bigint NOT NULL,
  hash     bytea  NOT NULL,
  CONSTRAINT audit_chains_pkey PRIMARY KEY (chain_id),
  CONSTRAINT audit_chains_length_not_negative CHECK (length >= 0),
  CONSTRAINT audit_chains_hash_length CHECK (octet_length(hash) = 32)
);

COMMENT ON TABLE audit_chains IS 'The newest entry of each chain: a chain cut short shows, too.';

ALTER TABLE audit_log
  ADD COLUMN chain_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  ADD COLUMN sequence bigint NOT NULL,
  ADD COLUMN previous_hash bytea NOT NULL,
  ADD COLUMN hash bytea NOT NULL,
  ADD CONSTRAINT audit_log_chain_key UNIQUE (chain_id, sequence),
  ADD CONSTRAINT audit_log_previous_hash_length CHECK (octet_length(previous_hash) = 32),
  ADD CONSTRAINT audit_log_hash_length CHECK (octet_length(hash) = 32);

-- One field of what is hashed: its length in bytes, a colon and itself, or a dash for none. No two
-- different entries are written the same.
CREATE FUNCTION audit_field(value text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(octet_length(value) || ':' || value, '-')
$$;

-- `zenzefi-auth audit verify` computes the same by itself.
CREATE FUNCTION audit_hash(entry audit_log) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(entry.previous_hash || convert_to(
    audit_field(entry.chain_id::text) || audit_field(entry.sequence::text) ||
    audit_field(entry.id::text) || audit_field(entry.actor_id::text) ||
    audit_field(entry.action) || audit_field(entry.target_type) ||
    audit_field(entry.target_id::text) || audit_field(entry.detail::text) ||
    audit_field(host(entry.ip_address)) ||
    audit_field((extract(epoch FROM entry.created_at) * 1000000)::bigint::text), 'UTF8'))
$$;

CREATE FUNCTION chain_audit_entry() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  head audit_chains;
BEGIN
  INSERT INTO audit_chains (chain_id, length, hash)
    VALUES (NEW.chain_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM audit_chains WHERE chain_id = NEW.chain_id FOR NO KEY UPDATE;
  NEW.sequence := head.length + 1;
  NEW.previous_hash := head.hash;
  NEW.created_at := clock_timestamp();
  NEW.hash := audit_hash(NEW);
  UPDATE audit_chains SET length = NEW.sequence, hash = NEW.hash WHERE chain_id = NEW.chain_id;
  RETURN NEW;
END
$$;

CREATE TRIGGER audit_log_chain
  BEFORE INSERT ON audit_log
  FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
