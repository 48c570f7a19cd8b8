-- The ledger: the sum of a user's amounts is that user's balance. created_at is the partition key and
-- is read under the user's row lock, so that it orders the entries of one user.
CREATE TABLE transactions (
  id               uuid           NOT NULL,
  user_id          uuid           NOT NULL,
  amount           numeric(12, 2) NOT NULL,
  transaction_type text           NOT NULL,
  description      text           NOT NULL,
  balance_after    numeric(12, 2) NOT NULL,
  token_id         uuid,
  created_at       timestamptz    NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT transactions_pkey PRIMARY KEY (id, created_at),
  CONSTRAINT transactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT transactions_token_id_fkey FOREIGN KEY (token_id) REFERENCES access_tokens (id),
  CONSTRAINT transactions_type_known
    CHECK (transaction_type IN ('deposit', 'purchase', 'refund', 'adjustment')),
  CONSTRAINT transactions_amount_sign CHECK (
    CASE transaction_type
      WHEN 'deposit' THEN amount > 0
      WHEN 'purchase' THEN amount <= 0
      WHEN 'refund' THEN amount >= 0
      ELSE true
    END),
  CONSTRAINT transactions_token_named
    CHECK (transaction_type NOT IN ('purchase', 'refund') OR token_id IS NOT NULL),
  CONSTRAINT transactions_balance_after_not_negative CHECK (balance_after >= 0)
) PARTITION BY RANGE (created_at);

CREATE INDEX transactions_of_user ON transactions (user_id, created_at DESC, id DESC);
CREATE INDEX transactions_of_token ON transactions (token_id) WHERE token_id IS NOT NULL;

CREATE TRIGGER transactions_append_only
  BEFORE UPDATE OR DELETE ON transactions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transactions_not_truncated
  BEFORE TRUNCATE ON transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Makes the monthly partition (UTC) of `parent` that `month` lies in, unless it is there. A table is
-- filled in and attached, rather than created in place, so that nobody who reads or writes the
-- parent has to wait.
CREATE FUNCTION make_month_partition(parent text, month timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  first_day timestamp := date_trunc('month', month AT TIME ZONE 'UTC');
  partition text := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
BEGIN
  IF to_regclass(format('%I', partition)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                 partition, parent);
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 parent, partition, first_day AT TIME ZONE 'UTC',
                 (first_day + interval '1 month') AT TIME ZONE 'UTC');
  RETURN true;
END
$$;

-- The partitions of every partitioned table, for this month and the months ahead; returns how many
-- were made. Several callers at once take their turns.
CREATE FUNCTION ensure_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('zenzefi.partitions', 0));
  FOR parent IN
    SELECT c.relname
      FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
     WHERE c.relnamespace = current_schema()::regnamespace
     ORDER BY c.relname
  LOOP
    FOR month IN 0 .. months_ahead LOOP
      IF make_month_partition(parent, (date_trunc('month', now() AT TIME ZONE 'UTC')
                                       + make_interval(months => month)) AT TIME ZONE 'UTC') THEN
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

SELECT ensure_partitions(2);
