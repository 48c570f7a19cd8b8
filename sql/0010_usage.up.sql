-- Batches of usage that were counted already (shared/usage.hpp): each comes at least once.
CREATE TABLE usage_batches (
  writer     uuid        NOT NULL,
  sequence   bigint      NOT NULL,
  applied_at timestamptz NOT NULL,
  CONSTRAINT usage_batches_pkey PRIMARY KEY (writer, sequence)
);

CREATE INDEX usage_batches_by_age ON usage_batches (applied_at);

-- With the id, so that pages of the live sessions need no sort.
DROP INDEX proxy_sessions_live;
CREATE INDEX proxy_sessions_live ON proxy_sessions (last_activity DESC, id DESC)
  WHERE ended_at IS NULL;
