DROP INDEX users_by_part_of_name;
DROP EXTENSION pg_trgm;
