DROP TABLE users;
DROP FUNCTION refuse_change();
DROP FUNCTION touch_updated_at();
