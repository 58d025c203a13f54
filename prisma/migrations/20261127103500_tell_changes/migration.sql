-- What gateways hold in memory, and so must be told of when it changes (src/database/change-feed.ts): a message names the
-- subject and, where it is of single things, the id. PostgreSQL sends it when the change is committed.

-- Arguments: the subject, and the column with the id, if there is one.
CREATE FUNCTION "tell_change"() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "changed" JSONB := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
    PERFORM pg_notify('auricle_changes', concat_ws(' ', TG_ARGV[0], "changed" ->> TG_ARGV[1]));
    RETURN NULL;
END
$$;

-- A budget belongs to a key, a team, or to the gateway.
CREATE FUNCTION "tell_budget_change"() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "changed" budget := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM pg_notify('auricle_changes', CASE
        WHEN "changed".key_id IS NOT NULL THEN 'virtual_key ' || "changed".key_id
        WHEN "changed".team_id IS NOT NULL THEN 'team ' || "changed".team_id
        ELSE 'gateway'
    END);
    RETURN NULL;
END
$$;

CREATE TRIGGER "virtual_key_comes_or_goes" AFTER INSERT OR DELETE ON "virtual_key"
FOR EACH ROW EXECUTE FUNCTION tell_change('virtual_key', 'id');

-- What the ledger adds up is no change of a key.
CREATE TRIGGER "virtual_key_changes" AFTER UPDATE ON "virtual_key"
FOR EACH ROW WHEN (
    to_jsonb(OLD) - ARRAY['spend_nano_usd', 'last_used_at'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['spend_nano_usd', 'last_used_at']
) EXECUTE FUNCTION tell_change('virtual_key', 'id');

CREATE TRIGGER "team_changes" AFTER UPDATE ON "team"
FOR EACH ROW WHEN (
    to_jsonb(OLD) - ARRAY['spend_nano_usd'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['spend_nano_usd']
) EXECUTE FUNCTION tell_change('team', 'id');

CREATE TRIGGER "budget_changes" AFTER INSERT OR UPDATE OR DELETE ON "budget"
FOR EACH ROW EXECUTE FUNCTION tell_budget_change();

-- One that has expired is refused by everybody anyway.
CREATE TRIGGER "client_token_is_revoked" AFTER DELETE ON "client_token"
FOR EACH ROW WHEN (OLD.expires_at > now()) EXECUTE FUNCTION tell_change('client_token', 'id');

CREATE TRIGGER "model_changes" AFTER INSERT OR UPDATE OR DELETE ON "model"
FOR EACH ROW EXECUTE FUNCTION tell_change('catalogue');

CREATE TRIGGER "deployment_changes" AFTER INSERT OR UPDATE OR DELETE ON "deployment"
FOR EACH ROW EXECUTE FUNCTION tell_change('catalogue');

CREATE TRIGGER "provider_credential_changes" AFTER INSERT OR UPDATE OR DELETE ON "provider_credential"
FOR EACH ROW EXECUTE FUNCTION tell_change('catalogue');

CREATE TRIGGER "saved_config_changes" AFTER INSERT OR UPDATE OR DELETE ON "saved_config"
FOR EACH ROW EXECUTE FUNCTION tell_change('saved_config');
