DROP TRIGGER audit_log_chain ON audit_log;
DROP FUNCTION chain_audit_entry();
DROP FUNCTION audit_hash(audit_log);
DROP FUNCTION audit_field(text);
ALTER TABLE audit_log
  DROP COLUMN chain_id,
  DROP COLUMN sequence,
  DROP COLUMN previous_hash,
  DROP COLUMN hash;
DROP TABLE audit_chains;
