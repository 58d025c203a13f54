-- What was changed, by whom, from where. Triggers write it, in the transaction of the change, so that nothing that changes a table can
-- forget it.
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "client_ip" TEXT,
    "request_id" UUID,
    "action" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" TEXT,
    "subject_name" TEXT,
    "owner_kind" TEXT,
    "owner_id" TEXT,
    "owner_name" TEXT,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- Most events have all of these, but some columns are empty in many.
CREATE INDEX "audit_event_subject_id_id_idx" ON "audit_event"("subject_id", "id" DESC) WHERE "subject_id" IS NOT NULL;
CREATE INDEX "audit_event_owner_id_id_idx" ON "audit_event"("owner_id", "id" DESC) WHERE "owner_id" IS NOT NULL;
CREATE INDEX "audit_event_request_id_id_idx" ON "audit_event"("request_id", "id" DESC) WHERE "request_id" IS NOT NULL;

-- What a configuration file declared when a gateway last took it.
CREATE TABLE "configuration_file" (
    "id" TEXT NOT NULL,
    "declared" JSONB NOT NULL,

    CONSTRAINT "configuration_file_pkey" PRIMARY KEY ("id")
);

-- Writes an event. Who acts is what the transaction has been told (PrismaService.change), else whoever is connected to the database.
-- Names are qualified here and below, because setting a search path for each row takes longer than the rest.
CREATE FUNCTION "record_audit_event"(
    "action" TEXT, "kind" TEXT, "subject_id" TEXT, "subject_name" TEXT,
    "owner_kind" TEXT, "owner_id" TEXT, "owner_name" TEXT, "before" JSONB, "after" JSONB
) RETURNS VOID
LANGUAGE plpgsql AS $$
DECLARE
    "acting" JSONB := nullif(current_setting('auricle.acting', true), '')::jsonb;
    "moment" TIMESTAMPTZ := clock_timestamp();
    "micros" BIGINT := extract(epoch FROM "moment") * 1000000;
BEGIN
    INSERT INTO public.audit_event VALUES (
        -- UUIDv7 with the part of the millisecond in the 12 bits after the version (RFC 9562, 6.2, method 3).
        (lpad(to_hex("micros" / 1000), 12, '0') || '7' || lpad(to_hex("micros" % 1000 * 4096 / 1000), 3, '0')
            || right(gen_random_uuid()::text, 17))::uuid,
        -- The time that is in the id.
        date_trunc('milliseconds', "moment"),
        coalesce("acting" ->> 'actor_kind', 'database'),
        ("acting" ->> 'actor_id')::uuid,
        coalesce("acting" ->> 'actor_name', session_user),
        CASE WHEN "acting" IS NULL THEN host(inet_client_addr()) ELSE nullif("acting" ->> 'client_ip', '') END,
        ("acting" ->> 'request_id')::uuid,
        "action", "kind", "subject_id", "subject_name", "owner_kind", "owner_id", "owner_name", "before", "after"
    );
END
$$;

-- What a thing is called, or was called when it was deleted a moment ago.
CREATE FUNCTION "audited_name"("of_kind" TEXT, "of_id" TEXT) RETURNS TEXT
LANGUAGE plpgsql STABLE AS $$
DECLARE
    "found" TEXT;
BEGIN
    CASE "of_kind"
        WHEN 'key' THEN SELECT name INTO "found" FROM public.virtual_key WHERE id = "of_id"::uuid;
        WHEN 'team' THEN SELECT name INTO "found" FROM public.team WHERE id = "of_id"::uuid;
        WHEN 'admin_key' THEN SELECT name INTO "found" FROM public.admin_key WHERE id = "of_id"::uuid;
        WHEN 'model' THEN SELECT name INTO "found" FROM public.model WHERE id = "of_id"::uuid;
        WHEN 'config' THEN SELECT name INTO "found" FROM public.saved_config WHERE id = "of_id"::uuid;
        ELSE NULL;
    END CASE;
    IF "found" IS NULL THEN
        SELECT subject_name INTO "found" FROM public.audit_event
        WHERE subject_id = "of_id" AND kind = "of_kind" ORDER BY id DESC LIMIT 1;
    END IF;
    RETURN "found";
END
$$;

-- Writes the event of a row. Arguments: the kind of thing that it is; columns that are not told; columns with secrets, or what is made of
-- them, of which it is told only that they have changed.
CREATE FUNCTION "audit_change"() RETURNS TRIGGER
LANGUAGE plpgsql AS $$
DECLARE
    "secrets" TEXT[] := TG_ARGV[2];
    "was" JSONB;
    "is" JSONB;
    "row" JSONB;
    "before" JSONB;
    "after" JSONB;
    "is_update" BOOLEAN := TG_OP = 'UPDATE';
    "subject_id" TEXT;
    "subject_name" TEXT;
    "owner_kind" TEXT;
    "owner_id" TEXT;
    "owner_name" TEXT;
BEGIN
    IF TG_OP <> 'INSERT' THEN "was" := to_jsonb(OLD) - TG_ARGV[1]::text[]; END IF;
    IF TG_OP <> 'DELETE' THEN "is" := to_jsonb(NEW) - TG_ARGV[1]::text[]; END IF;
    IF "was" = "is" THEN RETURN NULL; END IF;
    "row" := coalesce("is", "was");
    "subject_id" := "row" ->> 'id';
    "subject_name" := "row" ->> 'name';
    CASE TG_TABLE_NAME
        WHEN 'virtual_key' THEN "owner_kind" := 'team'; "owner_id" := "row" ->> 'team_id';
        WHEN 'deployment' THEN "owner_kind" := 'model'; "owner_id" := "row" ->> 'model_id';
        WHEN 'budget' THEN
            "owner_kind" := CASE WHEN "row" ->> 'key_id' IS NOT NULL THEN 'key' WHEN "row" ->> 'team_id' IS NOT NULL THEN 'team' ELSE 'gateway' END;
            "owner_id" := coalesce("row" ->> 'key_id', "row" ->> 'team_id');
        WHEN 'saved_config_version' THEN "owner_kind" := 'config'; "owner_id" := "row" ->> 'config_id';
        WHEN 'admin_key_team' THEN
            "subject_id" := "row" ->> 'team_id';
            "subject_name" := public.audited_name('team', "subject_id");
            "owner_kind" := 'admin_key'; "owner_id" := "row" ->> 'admin_key_id';
        WHEN 'gateway_setting' THEN
            -- There is one gateway, whether or not it has a row.
            "is_update" := true;
            "subject_id" := NULL;
            "was" := coalesce("was", (SELECT jsonb_object_agg(key, NULL) FROM jsonb_each("is")));
            "is" := coalesce("is", (SELECT jsonb_object_agg(key, NULL) FROM jsonb_each("was")));
        ELSE NULL;
    END CASE;
    IF "owner_id" IS NOT NULL THEN
        "owner_name" := public.audited_name("owner_kind", "owner_id");
    ELSIF "owner_kind" <> 'gateway' THEN
        "owner_kind" := NULL;
    END IF;
    IF "is_update" THEN
        SELECT jsonb_object_agg(key, "was" -> key), jsonb_object_agg(key, value) INTO "before", "after"
        FROM jsonb_each("is") WHERE key <> 'id' AND "was" -> key IS DISTINCT FROM value;
        IF "after" IS NULL THEN RETURN NULL; END IF;
        "before" := "before" - "secrets";
        IF "after" ?| "secrets" THEN "after" := "after" - "secrets" || '{"secret": "changed"}'; END IF;
    ELSE
        "before" := "was" - "secrets" - 'id'::text;
        "after" := "is" - "secrets" - 'id'::text;
    END IF;
    -- No address is taken that has a user and a password in it, but somebody may have written one here.
    IF "before" ->> 'api_base' LIKE '%@%' THEN "before" := "before" || '{"api_base": "..."}'; END IF;
    IF "after" ->> 'api_base' LIKE '%@%' THEN "after" := "after" || '{"api_base": "..."}'; END IF;
    PERFORM public.record_audit_event(
        CASE WHEN "is_update" THEN 'update' WHEN TG_OP = 'INSERT' THEN 'create' ELSE 'delete' END,
        TG_ARGV[0], "subject_id", "subject_name", "owner_kind", "owner_id", "owner_name", "before", "after"
    );
    RETURN NULL;
END
$$;

-- Has a table's rows audited, as things of a kind. To be called again, with the kind or without, where the table gets another column:
-- what changes by itself must not call the function at all, so the trigger names all other columns.
CREATE FUNCTION "audit_table"("audited" TEXT, "kind" TEXT DEFAULT NULL) RETURNS VOID
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    -- What the ledger adds up, when something was used, where it stands in a list.
    "quiet" CONSTANT TEXT[] := ARRAY['spend_nano_usd', 'last_used_at', 'updated_at', 'position'];
    "columns" TEXT[] := (
        SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = "audited"::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ("quiet")
    );
    "names" TEXT := (SELECT string_agg(quote_ident(name), ', ') FROM unnest("columns") AS name);
    "secrets" TEXT[] := (SELECT coalesce(array_agg(name), '{}') FROM unnest("columns") AS name WHERE name ~ '(^|_)(hash|secret|ciphertext|password)$');
    "action" TEXT := format('EXECUTE FUNCTION audit_change(%L, %L, %L)', coalesce("kind", (
        SELECT split_part(encode(tgargs, 'escape'), '\000', 1) FROM pg_trigger WHERE tgrelid = "audited"::regclass AND tgname = 'Audit_change'
    )), "quiet", "secrets");
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS "Audit_change" ON %I', "audited");
    EXECUTE format('DROP TRIGGER IF EXISTS "Audit_coming_or_going" ON %I', "audited");
    -- In capitals they come before the triggers of foreign keys, so that what is deleted is told before what goes with it.
    EXECUTE format('CREATE TRIGGER "Audit_change" AFTER UPDATE OF %s ON %I FOR EACH ROW ', "names", "audited") || "action";
    EXECUTE format('CREATE TRIGGER "Audit_coming_or_going" AFTER INSERT OR DELETE ON %I FOR EACH ROW ', "audited") || "action";
END
$$;

SELECT audit_table('virtual_key', 'key'), audit_table('team', 'team'), audit_table('gateway_setting', 'gateway'),
    audit_table('admin_key', 'admin_key'), audit_table('admin_key_team', 'admin_key_team'), audit_table('budget', 'budget'),
    audit_table('model', 'model'), audit_table('deployment', 'deployment'), audit_table('provider_credential', 'credential'),
    audit_table('saved_config', 'config'), audit_table('saved_config_version', 'config_version');

-- Refuses to change and to delete events, but for those that retention deletes, which are older than a day.
CREATE FUNCTION "keep_audit_events"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('auricle.audit_retention', true) = 'on' THEN
        IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; END IF;
        IF OLD.created_at < now() - INTERVAL '1 day' THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION 'audit events are neither changed nor deleted' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "audit_event_is_kept" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_events();
CREATE TRIGGER "audit_event_is_kept_a_day" BEFORE DELETE ON "audit_event"
FOR EACH ROW EXECUTE FUNCTION keep_audit_events();

-- Deletes the oldest events that are more than so many days old, and writes an event of that. Returns how many they were.
CREATE FUNCTION "forget_audit_events"("days" INTEGER, "most" INTEGER) RETURNS INTEGER
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "deleted" INTEGER;
BEGIN
    PERFORM set_config('auricle.audit_retention', 'on', true);
    DELETE FROM audit_event WHERE id IN (
        SELECT id FROM audit_event WHERE id < first_request_id(now() - make_interval(days => "days")) ORDER BY id LIMIT "most"
    );
    GET DIAGNOSTICS "deleted" = ROW_COUNT;
    PERFORM set_config('auricle.audit_retention', '', true);
    IF "deleted" > 0 THEN
        PERFORM record_audit_event('delete', 'audit_events', NULL, NULL, NULL, NULL, NULL,
            NULL, jsonb_build_object('deleted', "deleted", 'older_than_days', "days"));
    END IF;
    RETURN "deleted";
END
$$;
