DROP INDEX users_by_part_of_name;
-- The extension stays: it may have been there before, and others may use it.
