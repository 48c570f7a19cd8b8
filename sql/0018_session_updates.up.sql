-- A session in use is updated every few seconds. An index on what changes each time would have to be
-- changed as often, and with it all others of the row: none has its last activity any more, and pages
-- have room for the next version of their rows (a "heap-only tuple").
DROP INDEX proxy_sessions_live;
CREATE INDEX proxy_sessions_live ON proxy_sessions (started_at DESC, id DESC) WHERE ended_at IS NULL;

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
  IF parent = 'proxy_sessions' THEN
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 70)', partition);
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                 parent, partition, first_day AT TIME ZONE 'UTC',
                 (first_day + interval '1 month') AT TIME ZONE 'UTC');
  RETURN true;
END
$$;

DO $$
DECLARE
  partition regclass;
BEGIN
  FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'proxy_sessions'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (fillfactor = 70)', partition);
  END LOOP;
END
$$;
