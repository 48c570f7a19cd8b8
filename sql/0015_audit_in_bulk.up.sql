-- Many entries of one chain at once. Each insert through the trigger updates the chain's head, and each
-- update has to find its way past the row's earlier versions, which stay until the transaction ends:
-- ten thousand of them would take time by the square. Here the head is locked, kept, and written once.
CREATE FUNCTION append_audit_entries(
  chain uuid, actor uuid, actions text[], target_types text[], targets uuid[], details text[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  head audit_chains;
  entry audit_log;
BEGIN
  INSERT INTO audit_chains (chain_id, length, hash)
    VALUES (chain, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM audit_chains WHERE chain_id = chain FOR NO KEY UPDATE;
  entry.chain_id := chain;
  entry.actor_id := actor;
  FOR i IN 1 .. cardinality(actions) LOOP
    entry.id := nextval(pg_get_serial_sequence('audit_log', 'id'));
    entry.action := actions[i];
    entry.target_type := target_types[i];
    entry.target_id := targets[i];
    entry.detail := details[i]::jsonb;
    entry.created_at := clock_timestamp();
    entry.sequence := head.length + 1;
    entry.previous_hash := head.hash;
    entry.hash := audit_hash(entry);
    INSERT INTO audit_log OVERRIDING SYSTEM VALUE SELECT entry.*;
    head.length := entry.sequence;
    head.hash := entry.hash;
  END LOOP;
  UPDATE audit_chains SET length = head.length, hash = head.hash WHERE chain_id = chain;
END
$$;

-- An entry that comes with its hash has its place in the chain already; `zenzefi-auth audit verify`
-- proves it like any other.
DROP TRIGGER audit_log_chain ON audit_log;
CREATE TRIGGER audit_log_chain
  BEFORE INSERT ON audit_log
  FOR EACH ROW WHEN (NEW.hash IS NULL) EXECUTE FUNCTION chain_audit_entry();
