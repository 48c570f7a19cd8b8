DROP FUNCTION forget_usage(integer);
DROP INDEX access_tokens_active_by_end;
