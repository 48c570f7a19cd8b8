CREATE TABLE totp_secrets (
  user_id       uuid        NOT NULL,
  secret_sealed bytea       NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  enabled_at    timestamptz,
  last_step     bigint,
  CONSTRAINT totp_secrets_pkey PRIMARY KEY (user_id),
  CONSTRAINT totp_secrets_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

COMMENT ON COLUMN totp_secrets.last_step IS
  'Time step (RFC 6238) of the last code accepted: no code is good twice.';

CREATE TABLE backup_codes (
  id        uuid        NOT NULL,
  user_id   uuid        NOT NULL,
  code_hash bytea       NOT NULL,
  used_at   timestamptz,
  CONSTRAINT backup_codes_pkey PRIMARY KEY (id),
  CONSTRAINT backup_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT backup_codes_code_key UNIQUE (user_id, code_hash)
);
