CREATE TABLE sessions (
  id          uuid        NOT NULL,
  user_id     uuid        NOT NULL,
  remember_me boolean     NOT NULL,
  device_info text        NOT NULL,
  ip_address  inet,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX sessions_alive_of_user ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The family of a session: each is good once. Used ones stay until the session goes, so that a second
-- use is recognised.
CREATE TABLE refresh_tokens (
  token_hash bytea       NOT NULL,
  session_id uuid        NOT NULL,
  used_at    timestamptz,
  CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash),
  CONSTRAINT refresh_tokens_session_id_fkey
    FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
  CONSTRAINT refresh_tokens_token_hash_length CHECK (octet_length(token_hash) = 32)
);

CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);
