DO $$
DECLARE
  partition regclass;
BEGIN
  FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'proxy_sessions'::regclass LOOP
    EXECUTE format('ALTER TABLE %s RESET (fillfactor)', partition);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION make_month_partition(parent text, month timestamptz) RETURNS boolean
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

DROP INDEX proxy_sessions_live;
CREATE INDEX proxy_sessions_live ON proxy_sessions (last_activity DESC, id DESC) WHERE ended_at IS NULL;
