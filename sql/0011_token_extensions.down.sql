DROP TABLE token_extensions;
