-- How many tokens are in use is counted without looking at those that were. Their end in UTC, as in
-- access_tokens_revoked_by_end.
CREATE INDEX access_tokens_active_by_end
  ON access_tokens (((activated_at AT TIME ZONE 'UTC') + make_interval(hours => duration_hours)))
  WHERE revoked_at IS NULL AND activated_at IS NOT NULL;

-- Drops the monthly partitions of proxy_sessions that ended more than `months` ago; returns how many.
-- Nothing else is forgotten by the month: the ledger and the audit log are for good.
CREATE FUNCTION forget_usage(months integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  partition text;
  oldest text := format('proxy_sessions_%s',
                        to_char((now() AT TIME ZONE 'UTC') - make_interval(months => months), 'YYYY_MM'));
  forgotten integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('zenzefi.partitions', 0));
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'proxy_sessions'::regclass AND c.relname < oldest
  LOOP
    EXECUTE format('DROP TABLE %I', partition);
    forgotten := forgotten + 1;
  END LOOP;
  RETURN forgotten;
END
$$;
