-- Money taken, or about to be taken, for credits. What was taken and not booked stays visible until
-- somebody gave it back. No foreign keys: user_id is what the provider says, and the ledger's own key
-- holds its partition key besides.
CREATE TABLE payments (
  provider       text        NOT NULL,
  reference      text        NOT NULL,
  user_id        uuid,
  paid           text        NOT NULL,
  credits        numeric(20, 2),
  status         text        NOT NULL,
  reason         text,
  transaction_id uuid,
  created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at     timestamptz,
  CONSTRAINT payments_pkey PRIMARY KEY (provider, reference),
  CONSTRAINT payments_status_known CHECK (status IN ('pending', 'booked', 'held', 'refunded')),
  CONSTRAINT payments_booked_in_ledger CHECK ((status = 'booked') = (transaction_id IS NOT NULL)),
  CONSTRAINT payments_held_for_a_reason CHECK (status <> 'held' OR reason IS NOT NULL)
);

COMMENT ON COLUMN payments.reference IS 'What the provider knows it by: unique, so that each is booked once.';

CREATE INDEX payments_open ON payments (created_at) WHERE status IN ('pending', 'held');

-- What is settled stays so, whatever the program does.
CREATE FUNCTION keep_settled_payment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status IN ('booked', 'refunded') THEN
    RAISE EXCEPTION 'a payment is settled once'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'payments_settled_once';
  END IF;
  RETURN coalesce(NEW, OLD);
END
$$;

CREATE TRIGGER payments_keep_settled
  BEFORE UPDATE OR DELETE ON payments
  FOR EACH ROW EXECUTE FUNCTION keep_settled_payment();
