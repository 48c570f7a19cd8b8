CREATE INDEX users_by_age ON users (created_at DESC, id DESC);
CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND is_active;
CREATE INDEX access_tokens_by_age ON access_tokens (created_at DESC, id DESC);

-- Tokens whose grant an old snapshot of Redis could bring back: revoked while their time ran. Their
-- end in UTC, because what is indexed may not depend on a session's time zone.
CREATE INDEX access_tokens_revoked_by_end
  ON access_tokens (((activated_at AT TIME ZONE 'UTC') + make_interval(hours => duration_hours)))
  WHERE revoked_at IS NOT NULL AND activated_at IS NOT NULL;
