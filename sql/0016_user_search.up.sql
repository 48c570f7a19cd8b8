-- A part of a name is found in an index. The extension is a trusted one: the database's owner may
-- create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX users_by_part_of_name ON users
  USING gin (email gin_trgm_ops, username gin_trgm_ops, full_name gin_trgm_ops);
