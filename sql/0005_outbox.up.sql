-- Invalidations that Redis has not confirmed yet, written together with what they announce.
CREATE TABLE outbox (
  id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
  token_hash bytea       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_token_hash_length CHECK (octet_length(token_hash) = 32)
);
