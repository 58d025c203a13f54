-- What may be spent beside the limits until a moment, and budgets that the configuration file declares.
ALTER TABLE "budget" ADD COLUMN "increase_nano_usd" BIGINT,
    ADD COLUMN "increase_audio_ms" BIGINT,
    ADD COLUMN "increase_ends_at" TIMESTAMPTZ(3),
    ADD COLUMN "from_file" BOOLEAN NOT NULL DEFAULT false,
    ADD CONSTRAINT "budget_increase" CHECK ("increase_nano_usd" >= 0 AND "increase_audio_ms" >= 0),
    ADD CONSTRAINT "budget_of_file" CHECK (NOT "from_file" OR ("key_id" IS NULL AND "team_id" IS NULL));

CREATE INDEX "budget_of_gateway_idx" ON "budget"("id") WHERE "key_id" IS NULL AND "team_id" IS NULL;

-- Audio as budgets count it: not of what the cache has answered, nor of failures that cost nothing. Of hours before, in which these
-- cannot be told apart, all audio of what has succeeded; `auricle ledger verify --repair` makes it exact.
ALTER TABLE "usage_rollup" ADD COLUMN "heard_ms" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "team_rollup" ADD COLUMN "heard_ms" BIGINT NOT NULL DEFAULT 0;
UPDATE "usage_rollup" SET "heard_ms" = "audio_ms" WHERE "status" = 'success' AND "audio_ms" > 0;
UPDATE "team_rollup" SET "heard_ms" = "audio_ms" WHERE "status" = 'success' AND "audio_ms" > 0;

-- The first moment at which clocks show this. PostgreSQL takes the second one, where they show it twice.
CREATE FUNCTION "budget_first_moment"("local" TIMESTAMP, "time_zone" TEXT) RETURNS TIMESTAMPTZ
LANGUAGE plpgsql STABLE AS $$
DECLARE
    "moment" TIMESTAMPTZ := "local" AT TIME ZONE "time_zone";
    "day_before" TIMESTAMPTZ := "moment" - interval '24 hours';
    "earlier" TIMESTAMPTZ :=
        ("local" - ("day_before" AT TIME ZONE "time_zone" - "day_before" AT TIME ZONE 'UTC')) AT TIME ZONE 'UTC';
BEGIN
    RETURN CASE WHEN "earlier" < "moment" AND "earlier" AT TIME ZONE "time_zone" = "local" THEN "earlier" ELSE "moment" END;
END
$$;

CREATE OR REPLACE FUNCTION "budget_period_start"("period" TEXT, "time_zone" TEXT, "moment" TIMESTAMPTZ) RETURNS TIMESTAMPTZ(3)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF "period" = 'total' THEN
        RETURN 'epoch'::timestamptz;
    END IF;
    RETURN budget_first_moment(date_trunc("period", "moment" AT TIME ZONE "time_zone"), "time_zone");
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN date_trunc("period", "moment", 'UTC');
END
$$;

CREATE OR REPLACE FUNCTION "budget_period_end"("period" TEXT, "time_zone" TEXT, "starts_at" TIMESTAMPTZ) RETURNS TIMESTAMPTZ(3)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF "period" = 'total' THEN
        RETURN NULL;
    END IF;
    -- A period begins at one where clocks leap over midnight, and yet it ends at midnight.
    RETURN budget_first_moment(date_trunc("period", "starts_at" AT TIME ZONE "time_zone" + ('1 ' || "period")::interval), "time_zone");
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN ("starts_at" AT TIME ZONE 'UTC' + ('1 ' || "period")::interval) AT TIME ZONE 'UTC';
END
$$;

-- Whether this server has the clocks of a zone of the IANA database. What it takes for an abbreviation is a fixed offset to it,
-- also where the database has a zone of that name whose clocks change, as CET.
CREATE FUNCTION "budget_time_zone_is_known"("time_zone" TEXT) RETURNS BOOLEAN
LANGUAGE sql STABLE AS $$
    SELECT upper("time_zone") IN ('UTC', 'GMT') OR (
        EXISTS (SELECT FROM pg_timezone_names WHERE lower(name) = lower("time_zone"))
        AND NOT EXISTS (SELECT FROM pg_timezone_abbrevs WHERE abbrev = upper("time_zone"))
    )
$$;

-- What bounds requests for a model by a key of a team.
CREATE FUNCTION "budgets_of"("key" UUID, "team" UUID, "asked_model" TEXT) RETURNS SETOF "budget"
LANGUAGE sql STABLE AS $$
    SELECT b.* FROM budget AS b WHERE b.key_id = "key" AND (b.model IS NULL OR b.model = "asked_model")
    UNION ALL
    SELECT b.* FROM budget AS b WHERE b.team_id = "team" AND (b.model IS NULL OR b.model = "asked_model")
    UNION ALL
    SELECT b.* FROM budget AS b WHERE b.key_id IS NULL AND b.team_id IS NULL AND (b.model IS NULL OR b.model = "asked_model")
$$;

-- What the ledger says of what a budget counts, by the time at which requests came: from a moment, and until another (NULL = all
-- after it). Whole days and hours are read from the sums, the rest of an hour at either end, where clocks differ from UTC by half
-- an hour, from the rows.
CREATE FUNCTION "budget_ledger_sums"("b" "budget", "since" TIMESTAMPTZ, "until" TIMESTAMPTZ)
RETURNS TABLE ("nano_usd" NUMERIC, "audio_ms" NUMERIC)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    "end" TIMESTAMPTZ := coalesce("until", '9999-01-01T00:00:00Z');
    "hours_since" TIMESTAMPTZ := date_trunc('hour', "since" + interval '1 hour' - interval '1 microsecond', 'UTC');
    "hours_until" TIMESTAMPTZ := date_trunc('hour', "end", 'UTC');
    "days_since" TIMESTAMPTZ := date_trunc('day', "hours_since" + interval '24 hours' - interval '1 microsecond', 'UTC');
    "days_until" TIMESTAMPTZ := date_trunc('day', "hours_until", 'UTC');
BEGIN
    IF "days_since" > "days_until" THEN
        "days_since" := "hours_until";
        "days_until" := "hours_until";
    END IF;
    RETURN QUERY
    WITH spans AS (
        SELECT * FROM (VALUES
            ('day', "days_since", "days_until"), ('hour', "hours_since", "days_since"), ('hour', "days_until", "hours_until")
        ) AS span(grain, since, until)
    ), edges AS (
        SELECT * FROM (VALUES ("since", "hours_since"), ("hours_until", "end")) AS edge(since, until) WHERE since < until
    ), counted AS (
        SELECT r.cost_nano_usd AS nano, r.heard_ms AS audio
        FROM spans JOIN usage_rollup AS r ON r.grain = spans.grain AND r.starts_at >= spans.since AND r.starts_at < spans.until
        WHERE "b".team_id IS NULL AND ("b".key_id IS NULL OR r.key_id = "b".key_id) AND ("b".model IS NULL OR r.model = "b".model)
        UNION ALL
        SELECT r.cost_nano_usd, r.heard_ms
        FROM spans JOIN team_rollup AS r ON r.grain = spans.grain AND r.starts_at >= spans.since AND r.starts_at < spans.until
        WHERE "b".team_id IS NOT NULL AND r.team_id = "b".team_id AND ("b".model IS NULL OR r.model = "b".model)
        UNION ALL
        SELECT l.cost_nano_usd, budget_audio_ms(l.status, l.cost_nano_usd, l.cache, l.audio_seconds)
        FROM edges JOIN request_log AS l
            ON l.id >= first_request_id(greatest(edges.since - interval '1 minute', 'epoch'))
            AND l.id < first_request_id(edges.until + interval '1 minute')
            AND l.created_at >= edges.since AND l.created_at < edges.until
        WHERE ("b".key_id IS NULL OR l.key_id = "b".key_id) AND ("b".team_id IS NULL OR l.team_id = "b".team_id)
            AND ("b".model IS NULL OR l.model = "b".model)
    )
    SELECT coalesce(sum(nano), 0)::numeric, coalesce(sum(audio), 0)::numeric FROM counted;
END
$$;

-- The audio of a request that budgets count.
CREATE FUNCTION "budget_audio_ms"("status" TEXT, "cost_nano_usd" BIGINT, "cache" TEXT, "audio_seconds" DOUBLE PRECISION)
RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN ("status" = 'success' OR "cost_nano_usd" > 0) AND "cache" IS DISTINCT FROM 'hit'
        THEN round(1000 * least(greatest(coalesce("audio_seconds", 0), 0), 3.6e11))::bigint ELSE 0 END
$$;

-- As before, with what may be spent beside the limits; `team_id` is the team of the request, as its log will have it.
CREATE OR REPLACE FUNCTION "reserve_budgets"("requests" JSONB, "moment" TIMESTAMPTZ)
RETURNS TABLE ("request_id" UUID, "budget_id" UUID, "starts_at" TIMESTAMPTZ, "is_refused" BOOLEAN, "resets_at" TIMESTAMPTZ)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    "ids" UUID[];
    "starts" TIMESTAMPTZ[];
    "ends" TIMESTAMPTZ[];
    "max_nano" BIGINT[];
    "soft_nano" BIGINT[];
    "max_audio" BIGINT[];
    "nano" BIGINT[];
    "audio" BIGINT[];
    "new_nano" BIGINT[];
    "new_audio" BIGINT[];
    "asked" RECORD;
    "n" INTEGER;
    "refusing" INTEGER;
    "softly" INTEGER;
BEGIN
    SELECT array_agg(b.id ORDER BY b.id), array_agg(b.starts_at ORDER BY b.id),
        array_agg(budget_period_end(b.period, b.time_zone, b.starts_at) ORDER BY b.id),
        array_agg(b.limit_nano_usd + b.more_nano ORDER BY b.id), array_agg(b.soft_limit_nano_usd ORDER BY b.id),
        array_agg(b.limit_audio_ms + b.more_audio ORDER BY b.id)
    INTO "ids", "starts", "ends", "max_nano", "soft_nano", "max_audio"
    FROM (
        SELECT DISTINCT ON (b.id) b.*, budget_period_start(b.period, b.time_zone, "moment") AS starts_at,
            CASE WHEN b.increase_ends_at > "moment" THEN coalesce(b.increase_nano_usd, 0) ELSE 0 END AS more_nano,
            CASE WHEN b.increase_ends_at > "moment" THEN coalesce(b.increase_audio_ms, 0) ELSE 0 END AS more_audio
        FROM jsonb_to_recordset("requests") AS r(key_id UUID, team_id UUID, model TEXT)
        CROSS JOIN LATERAL budgets_of(r.key_id, r.team_id, r.model) AS b
        ORDER BY b.id
    ) AS b;
    IF "ids" IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO budget_period (budget_id, starts_at)
    SELECT * FROM unnest("ids", "starts") AS p(budget_id, starts_at) ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    PERFORM FROM budget_period AS p JOIN unnest("ids", "starts") AS w(budget_id, starts_at) USING (budget_id, starts_at)
    ORDER BY p.budget_id, p.starts_at FOR NO KEY UPDATE OF p;
    SELECT array_agg(p.spent_nano_usd + p.reserved_nano_usd ORDER BY w.n),
        array_agg(p.spent_audio_ms + p.reserved_audio_ms ORDER BY w.n)
    INTO "nano", "audio"
    FROM unnest("ids", "starts") WITH ORDINALITY AS w(budget_id, starts_at, n) JOIN budget_period AS p USING (budget_id, starts_at);
    "new_nano" := array_fill(0::bigint, ARRAY[cardinality("ids")]);
    "new_audio" := "new_nano";
    FOR "asked" IN
        SELECT r.id, r.nano_usd, r.audio_ms, r.lease_ms, array_agg(array_position("ids", b.id) ORDER BY b.id) AS places
        FROM ROWS FROM (
            jsonb_to_recordset("requests")
                AS (id UUID, key_id UUID, team_id UUID, model TEXT, nano_usd BIGINT, audio_ms BIGINT, lease_ms BIGINT)
        ) WITH ORDINALITY AS r(id, key_id, team_id, model, nano_usd, audio_ms, lease_ms, n)
        CROSS JOIN LATERAL budgets_of(r.key_id, r.team_id, r.model) AS b
        -- One that was made a moment ago counts what follows.
        WHERE b.id = ANY ("ids")
        GROUP BY r.n, r.id, r.nano_usd, r.audio_ms, r.lease_ms
        ORDER BY r.n
    LOOP
        "refusing" := NULL;
        "softly" := NULL;
        FOREACH "n" IN ARRAY "asked".places LOOP
            IF "nano"["n"] + coalesce("asked".nano_usd, 0) > "max_nano"["n"]
                OR ("asked".nano_usd IS NULL AND "nano"["n"] >= "max_nano"["n"])
                OR "audio"["n"] + coalesce("asked".audio_ms, 0) > "max_audio"["n"]
                OR ("asked".audio_ms IS NULL AND "audio"["n"] >= "max_audio"["n"])
            THEN
                "refusing" := "n";
                EXIT;
            END IF;
            IF "nano"["n"] + coalesce("asked".nano_usd, 0) > "soft_nano"["n"] THEN
                "softly" := "n";
            END IF;
        END LOOP;
        IF "refusing" IS NULL THEN
            FOREACH "n" IN ARRAY "asked".places LOOP
                "nano"["n"] := "nano"["n"] + coalesce("asked".nano_usd, 0);
                "audio"["n"] := "audio"["n"] + coalesce("asked".audio_ms, 0);
                "new_nano"["n"] := "new_nano"["n"] + coalesce("asked".nano_usd, 0);
                "new_audio"["n"] := "new_audio"["n"] + coalesce("asked".audio_ms, 0);
            END LOOP;
            INSERT INTO budget_reservation (request_id, budget_ids, periods, nano_usd, audio_ms, expires_at)
            VALUES (
                "asked".id,
                (SELECT array_agg("ids"[place] ORDER BY place) FROM unnest("asked".places) AS place),
                (SELECT array_agg("starts"[place] ORDER BY place) FROM unnest("asked".places) AS place),
                coalesce("asked".nano_usd, 0), coalesce("asked".audio_ms, 0),
                "moment" + "asked".lease_ms * interval '1 millisecond'
            );
        END IF;
        IF "refusing" IS NOT NULL OR "softly" IS NOT NULL THEN
            "n" := coalesce("refusing", "softly");
            "request_id" := "asked".id;
            "budget_id" := "ids"["n"];
            "starts_at" := "starts"["n"];
            "is_refused" := "refusing" IS NOT NULL;
            "resets_at" := "ends"["n"];
            RETURN NEXT;
        END IF;
    END LOOP;
    UPDATE budget_period AS p
    SET reserved_nano_usd = p.reserved_nano_usd + w.nano, reserved_audio_ms = p.reserved_audio_ms + w.audio
    FROM unnest("ids", "starts", "new_nano", "new_audio") AS w(budget_id, starts_at, nano, audio)
    WHERE p.budget_id = w.budget_id AND p.starts_at = w.starts_at AND (w.nano > 0 OR w.audio > 0);
END
$$;

-- As before; of a budget that is gone there may be a period again without what was reserved in it, which must not keep others waiting.
CREATE OR REPLACE FUNCTION "release_expired_reservations"("moment" TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "released" INTEGER;
BEGIN
    WITH gone AS (
        DELETE FROM budget_reservation WHERE request_id IN (
            SELECT request_id FROM budget_reservation WHERE expires_at <= "moment" ORDER BY request_id LIMIT 1000 FOR UPDATE SKIP LOCKED
        ) RETURNING budget_ids, periods, nano_usd, audio_ms
    ), freed AS MATERIALIZED (
        SELECT of.budget_id, of.starts_at, sum(gone.nano_usd) AS nano, sum(gone.audio_ms) AS audio
        FROM gone CROSS JOIN LATERAL unnest(gone.budget_ids, gone.periods) AS of(budget_id, starts_at)
        GROUP BY 1, 2
    ), locked AS MATERIALIZED (
        SELECT p.budget_id, p.starts_at FROM budget_period AS p JOIN freed USING (budget_id, starts_at)
        ORDER BY 1, 2 FOR NO KEY UPDATE OF p
    ), updated AS (
        UPDATE budget_period AS p
        SET reserved_nano_usd = greatest(p.reserved_nano_usd - freed.nano, 0),
            reserved_audio_ms = greatest(p.reserved_audio_ms - freed.audio, 0)
        FROM freed JOIN locked USING (budget_id, starts_at)
        WHERE p.budget_id = freed.budget_id AND p.starts_at = freed.starts_at
    )
    SELECT count(*) INTO "released" FROM gone;
    DELETE FROM budget_period AS p WHERE NOT EXISTS (SELECT FROM budget AS b WHERE b.id = p.budget_id);
    RETURN "released";
END
$$;
