-- A key leads to the ledger entry of its purchase. No foreign key: the key is taken before the entry
-- is written, and the ledger's own key holds its partition key besides.
CREATE TABLE idempotency_keys (
  user_id        uuid        NOT NULL,
  call           text        NOT NULL,
  key            text        NOT NULL,
  fingerprint    bytea       NOT NULL,
  transaction_id uuid        NOT NULL,
  claimed_at     timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, call, key),
  CONSTRAINT idempotency_keys_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT idempotency_keys_fingerprint_length CHECK (octet_length(fingerprint) = 32)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);
