DROP INDEX proxy_sessions_live;
CREATE INDEX proxy_sessions_live ON proxy_sessions (last_activity) WHERE ended_at IS NULL;
DROP TABLE usage_batches;
