DROP TABLE transactions;
DROP FUNCTION ensure_partitions(integer);
DROP FUNCTION make_month_partition(text, timestamptz);
