CREATE TABLE audit_log (
  id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  actor_id    uuid,
  action      text        NOT NULL,
  target_type text        NOT NULL,
  target_id   uuid,
  detail      jsonb       NOT NULL DEFAULT '{}',
  ip_address  inet,
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT audit_log_pkey PRIMARY KEY (id),
  CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES users (id)
);

COMMENT ON COLUMN audit_log.actor_id IS 'Empty for what the command line did.';

CREATE INDEX audit_log_by_age ON audit_log (created_at DESC, id DESC);
CREATE INDEX audit_log_of_actor ON audit_log (actor_id, created_at DESC);
CREATE INDEX audit_log_of_target ON audit_log (target_id, created_at DESC);

CREATE TRIGGER audit_log_append_only
  BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_not_truncated
  BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
