DROP TRIGGER audit_log_chain ON audit_log;
CREATE TRIGGER audit_log_chain
  BEFORE INSERT ON audit_log
  FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
DROP FUNCTION append_audit_entries(uuid, uuid, text[], text[], uuid[], text[]);
