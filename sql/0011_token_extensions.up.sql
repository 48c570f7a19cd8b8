-- What each extension made of its token, so that a repeated request gets the first answer again
-- whatever happened since. No foreign key to the ledger entry that paid: the ledger's own key holds
-- its partition key besides.
CREATE TABLE token_extensions (
  transaction_id uuid    NOT NULL,
  token_id       uuid    NOT NULL,
  duration_hours integer NOT NULL,
  activated_at   timestamptz,
  CONSTRAINT token_extensions_pkey PRIMARY KEY (transaction_id),
  CONSTRAINT token_extensions_token_id_fkey FOREIGN KEY (token_id) REFERENCES access_tokens (id),
  CONSTRAINT token_extensions_duration_hours_positive CHECK (duration_hours > 0)
);

CREATE INDEX token_extensions_of_token ON token_extensions (token_id);

COMMENT ON COLUMN token_extensions.duration_hours IS 'Of the whole token, from then on.';

CREATE TRIGGER token_extensions_append_only
  BEFORE UPDATE OR DELETE ON token_extensions
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
