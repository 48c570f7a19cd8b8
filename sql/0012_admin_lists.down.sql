DROP INDEX access_tokens_revoked_by_end;
DROP INDEX access_tokens_by_age;
DROP INDEX users_active_admins;
DROP INDEX users_by_age;
