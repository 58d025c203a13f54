-- What a key, a team, or the gateway as a whole, may cost or hear in a period.
CREATE TABLE "budget" (
    "id" UUID NOT NULL,
    "key_id" UUID,
    "team_id" UUID,
    "period" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "model" TEXT,
    "limit_nano_usd" BIGINT,
    "soft_limit_nano_usd" BIGINT,
    "limit_audio_ms" BIGINT,
    "position" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budget_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "budget_owner" CHECK ("key_id" IS NULL OR "team_id" IS NULL),
    CONSTRAINT "budget_limit" CHECK ("limit_nano_usd" >= 0 OR "limit_audio_ms" >= 0)
);

CREATE INDEX "budget_key_id_idx" ON "budget"("key_id");
CREATE INDEX "budget_team_id_idx" ON "budget"("team_id");

ALTER TABLE "budget" ADD CONSTRAINT "budget_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "virtual_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "budget" ADD CONSTRAINT "budget_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One row a period: nothing is reset, and what was reserved in a period is settled in it. Without a foreign key, so that a
-- budget that goes never stands in the way of the ledger.
CREATE TABLE "budget_period" (
    "budget_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "spent_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "reserved_nano_usd" BIGINT NOT NULL DEFAULT 0,
    "spent_audio_ms" BIGINT NOT NULL DEFAULT 0,
    "reserved_audio_ms" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "budget_period_pkey" PRIMARY KEY ("budget_id", "starts_at"),
    CONSTRAINT "budget_period_reserved" CHECK ("reserved_nano_usd" >= 0 AND "reserved_audio_ms" >= 0)
) WITH (fillfactor = 50);

-- What a request that is under way may come to, until its log is written or its lease ends.
CREATE TABLE "budget_reservation" (
    "request_id" UUID NOT NULL,
    "budget_ids" UUID[] NOT NULL,
    "periods" TIMESTAMPTZ(3)[] NOT NULL,
    "nano_usd" BIGINT NOT NULL,
    "audio_ms" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "budget_reservation_pkey" PRIMARY KEY ("request_id"),
    CONSTRAINT "budget_reservation_amounts" CHECK ("nano_usd" >= 0 AND "audio_ms" >= 0)
);

CREATE INDEX "budget_reservation_expires_at_idx" ON "budget_reservation"("expires_at");

-- When the period began that a moment is in. A zone that this server does not know must not stop the ledger: it is UTC then.
CREATE FUNCTION "budget_period_start"("period" TEXT, "time_zone" TEXT, "moment" TIMESTAMPTZ) RETURNS TIMESTAMPTZ(3)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF "period" = 'total' THEN
        RETURN 'epoch'::timestamptz;
    END IF;
    RETURN date_trunc("period", "moment", "time_zone");
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN date_trunc("period", "moment", 'UTC');
END
$$;

-- When it will end; NULL = never.
CREATE FUNCTION "budget_period_end"("period" TEXT, "time_zone" TEXT, "starts_at" TIMESTAMPTZ) RETURNS TIMESTAMPTZ(3)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF "period" = 'total' THEN
        RETURN NULL;
    END IF;
    -- A period begins at one where clocks leap over midnight, and yet it ends at midnight.
    RETURN date_trunc("period", "starts_at" AT TIME ZONE "time_zone" + ('1 ' || "period")::interval) AT TIME ZONE "time_zone";
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN ("starts_at" AT TIME ZONE 'UTC' + ('1 ' || "period")::interval) AT TIME ZONE 'UTC';
END
$$;

-- Whether a budget counts requests for a model by a key of a team.
CREATE FUNCTION "budget_applies"("b" "budget", "key" UUID, "team" UUID, "asked_model" TEXT) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE AS $$
    SELECT ((b.key_id IS NULL AND b.team_id IS NULL) OR b.key_id = "key" OR b.team_id = "team")
        AND (b.model IS NULL OR b.model = "asked_model")
$$;

-- Reserves for a batch of requests, in their order: `[{id, key_id, model, nano_usd, audio_ms, lease_ms}]`. An amount that is null
-- is unknown: it is let in while anything is left. Every budget that applies must have room, or nothing is taken from any.
-- Returns a row for each request that is refused, with the budget that has no room, and for each that comes into a soft limit.
CREATE FUNCTION "reserve_budgets"("requests" JSONB, "moment" TIMESTAMPTZ)
RETURNS TABLE ("request_id" UUID, "budget_id" UUID, "starts_at" TIMESTAMPTZ, "is_refused" BOOLEAN, "resets_at" TIMESTAMPTZ)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    "all_budgets" budget[];
    "ids" UUID[];
    "starts" TIMESTAMPTZ[];
    "nano" BIGINT[];
    "audio" BIGINT[];
    "new_nano" BIGINT[];
    "new_audio" BIGINT[];
    "asked" RECORD;
    "n" INTEGER;
    "refusing" INTEGER;
    "softly" INTEGER;
BEGIN
    SELECT array_agg(b ORDER BY b.id) INTO "all_budgets" FROM budget AS b
    WHERE EXISTS (
        SELECT FROM jsonb_to_recordset("requests") AS r(key_id UUID, model TEXT)
        LEFT JOIN virtual_key AS k ON k.id = r.key_id
        WHERE budget_applies(b, r.key_id, k.team_id, r.model)
    );
    IF "all_budgets" IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(b.id ORDER BY b.n), array_agg(budget_period_start(b.period, b.time_zone, "moment") ORDER BY b.n)
    INTO "ids", "starts" FROM unnest("all_budgets") WITH ORDINALITY
        AS b(id, key_id, team_id, period, time_zone, model, limit_nano_usd, soft_limit_nano_usd, limit_audio_ms, position, created_at, n);
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
        SELECT r.id, r.nano_usd, r.audio_ms, r.lease_ms, array_agg(b.n ORDER BY b.n) AS places
        FROM ROWS FROM (
            jsonb_to_recordset("requests")
                AS (id UUID, key_id UUID, model TEXT, nano_usd BIGINT, audio_ms BIGINT, lease_ms BIGINT)
        ) WITH ORDINALITY AS r(id, key_id, model, nano_usd, audio_ms, lease_ms, n)
        LEFT JOIN virtual_key AS k ON k.id = r.key_id
        JOIN generate_subscripts("all_budgets", 1) AS b(n) ON budget_applies("all_budgets"[b.n], r.key_id, k.team_id, r.model)
        GROUP BY r.n, r.id, r.nano_usd, r.audio_ms, r.lease_ms
        ORDER BY r.n
    LOOP
        "refusing" := NULL;
        "softly" := NULL;
        FOREACH "n" IN ARRAY "asked".places LOOP
            IF "nano"["n"] + coalesce("asked".nano_usd, 0) > "all_budgets"["n"].limit_nano_usd
                OR ("asked".nano_usd IS NULL AND "nano"["n"] >= "all_budgets"["n"].limit_nano_usd)
                OR "audio"["n"] + coalesce("asked".audio_ms, 0) > "all_budgets"["n"].limit_audio_ms
                OR ("asked".audio_ms IS NULL AND "audio"["n"] >= "all_budgets"["n"].limit_audio_ms)
            THEN
                "refusing" := "n";
                EXIT;
            END IF;
            IF "nano"["n"] + coalesce("asked".nano_usd, 0) > "all_budgets"["n"].soft_limit_nano_usd THEN
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
            "resets_at" := budget_period_end("all_budgets"["n"].period, "all_budgets"["n"].time_zone, "starts"["n"]);
            RETURN NEXT;
        END IF;
    END LOOP;
    UPDATE budget_period AS p
    SET reserved_nano_usd = p.reserved_nano_usd + w.nano, reserved_audio_ms = p.reserved_audio_ms + w.audio
    FROM unnest("ids", "starts", "new_nano", "new_audio") AS w(budget_id, starts_at, nano, audio)
    WHERE p.budget_id = w.budget_id AND p.starts_at = w.starts_at AND (w.nano > 0 OR w.audio > 0);
END
$$;

-- Gives back what requests have reserved whose lease has ended, and forgets what belongs to budgets that are gone.
CREATE FUNCTION "release_expired_reservations"("moment" TIMESTAMPTZ) RETURNS INTEGER
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
        SET reserved_nano_usd = p.reserved_nano_usd - freed.nano, reserved_audio_ms = p.reserved_audio_ms - freed.audio
        FROM freed JOIN locked USING (budget_id, starts_at)
        WHERE p.budget_id = freed.budget_id AND p.starts_at = freed.starts_at
    )
    SELECT count(*) INTO "released" FROM gone;
    DELETE FROM budget_period AS p WHERE NOT EXISTS (SELECT FROM budget AS b WHERE b.id = p.budget_id);
    RETURN "released";
END
$$;
