CREATE TABLE proxy_sessions (
  id            uuid        NOT NULL,
  user_id       uuid        NOT NULL,
  token_id      uuid        NOT NULL,
  ip_address    inet,
  user_agent    text        NOT NULL DEFAULT '',
  started_at    timestamptz NOT NULL,
  last_activity timestamptz NOT NULL,
  ended_at      timestamptz,
  bytes_in      bigint      NOT NULL DEFAULT 0,
  bytes_out     bigint      NOT NULL DEFAULT 0,
  requests      bigint      NOT NULL DEFAULT 0,
  CONSTRAINT proxy_sessions_pkey PRIMARY KEY (id, started_at),
  CONSTRAINT proxy_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT proxy_sessions_token_id_fkey FOREIGN KEY (token_id) REFERENCES access_tokens (id),
  CONSTRAINT proxy_sessions_counts_not_negative
    CHECK (bytes_in >= 0 AND bytes_out >= 0 AND requests >= 0)
) PARTITION BY RANGE (started_at);

CREATE INDEX proxy_sessions_of_token ON proxy_sessions (token_id, started_at DESC);
CREATE INDEX proxy_sessions_of_user ON proxy_sessions (user_id, started_at DESC);
CREATE INDEX proxy_sessions_live ON proxy_sessions (last_activity) WHERE ended_at IS NULL;

SELECT ensure_partitions(2);
