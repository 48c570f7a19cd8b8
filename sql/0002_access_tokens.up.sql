-- expires_at is never stored: it is activated_at + duration_hours.
CREATE TABLE access_tokens (
  id             uuid           NOT NULL,
  user_id        uuid           NOT NULL,
  token_hash     bytea          NOT NULL,
  token_sealed   bytea          NOT NULL,
  duration_hours integer        NOT NULL,
  price_paid     numeric(12, 2) NOT NULL,
  created_at     timestamptz    NOT NULL DEFAULT clock_timestamp(),
  activated_at   timestamptz,
  revoked_at     timestamptz,
  CONSTRAINT access_tokens_pkey PRIMARY KEY (id),
  CONSTRAINT access_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT access_tokens_token_hash_key UNIQUE (token_hash),
  CONSTRAINT access_tokens_token_hash_length CHECK (octet_length(token_hash) = 32),
  CONSTRAINT access_tokens_duration_hours_positive CHECK (duration_hours > 0),
  CONSTRAINT access_tokens_price_paid_not_negative CHECK (price_paid >= 0)
);

CREATE INDEX access_tokens_of_user ON access_tokens (user_id, created_at DESC, id DESC);

-- A token is activated at most once and revoked at most once, whatever the program does.
CREATE FUNCTION keep_token_history() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.activated_at IS NOT NULL AND NEW.activated_at IS DISTINCT FROM OLD.activated_at THEN
    RAISE EXCEPTION 'a token is activated once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'access_tokens_activated_once';
  END IF;
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
    RAISE EXCEPTION 'a token is revoked once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'access_tokens_revoked_once';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER access_tokens_keep_history
  BEFORE UPDATE OF activated_at, revoked_at ON access_tokens
  FOR EACH ROW EXECUTE FUNCTION keep_token_history();
