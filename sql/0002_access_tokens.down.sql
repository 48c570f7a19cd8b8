DROP TABLE access_tokens;
DROP FUNCTION keep_token_history();
