CREATE FUNCTION touch_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;

-- For tables whose rows are written once and never again.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END
$$;

CREATE TABLE users (
  id               uuid           NOT NULL,
  email            text           NOT NULL,
  username         text           NOT NULL,
  hashed_password  text           NOT NULL,
  full_name        text,
  is_active        boolean        NOT NULL DEFAULT true,
  role             text           NOT NULL DEFAULT 'user',
  currency_balance numeric(12, 2) NOT NULL DEFAULT 0,
  created_at       timestamptz    NOT NULL DEFAULT clock_timestamp(),
  updated_at       timestamptz    NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT users_pkey PRIMARY KEY (id),
  CONSTRAINT users_email_length CHECK (char_length(email) BETWEEN 3 AND 254),
  CONSTRAINT users_username_length CHECK (char_length(username) BETWEEN 3 AND 50),
  CONSTRAINT users_full_name_length CHECK (char_length(full_name) <= 200),
  CONSTRAINT users_role_known CHECK (role IN ('user', 'admin')),
  CONSTRAINT users_currency_balance_not_negative CHECK (currency_balance >= 0)
);

CREATE UNIQUE INDEX users_email_key ON users (lower(email));
CREATE UNIQUE INDEX users_username_key ON users (lower(username));

CREATE TRIGGER users_touch_updated_at
  BEFORE UPDATE ON users
  FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
