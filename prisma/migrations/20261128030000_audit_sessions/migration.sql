-- By which session of the dashboard something was changed; NULL = by a key, or by nobody who signs in.
ALTER TABLE "audit_event" ADD COLUMN "session_id" UUID;

-- As it was, with the session that the transaction was told of.
CREATE OR REPLACE FUNCTION "record_audit_event"(
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
        "action", "kind", "subject_id", "subject_name", "owner_kind", "owner_id", "owner_name", "before", "after",
        ("acting" ->> 'session_id')::uuid
    );
END
$$;
