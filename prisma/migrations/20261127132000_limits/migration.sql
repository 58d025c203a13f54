-- How fast, how much at once and how large requests may be, of a key, a team, or the gateway as a whole.
ALTER TABLE "virtual_key" ADD COLUMN "limits" JSONB;
ALTER TABLE "team" ADD COLUMN "limits" JSONB;
ALTER TABLE "gateway_setting" ADD COLUMN "limits" JSONB;

-- One row for every window of a limit: nothing is reset. Places under a limit of requests at the same time have one row at the
-- epoch, which only serves as their lock.
CREATE TABLE "limit_counter" (
    "counter" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "used" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "limit_counter_pkey" PRIMARY KEY ("counter", "starts_at")
) WITH (fillfactor = 50);

CREATE INDEX "limit_counter_ends_at_idx" ON "limit_counter"("ends_at");

CREATE TABLE "gateway_instance" (
    "id" UUID NOT NULL,
    "merges" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gateway_instance_pkey" PRIMARY KEY ("id")
);

-- Without a foreign key, so that a gateway whose lease has ended may still take places: they count again with its next lease.
CREATE TABLE "limit_place" (
    "request_id" UUID NOT NULL,
    "counter" TEXT NOT NULL,
    "instance_id" UUID NOT NULL,

    CONSTRAINT "limit_place_pkey" PRIMARY KEY ("request_id", "counter")
);

CREATE INDEX "limit_place_counter_idx" ON "limit_place"("counter");
CREATE INDEX "limit_place_instance_id_idx" ON "limit_place"("instance_id");

-- A gateway that renews its lease is no news.
CREATE TRIGGER "gateway_instance_comes_or_goes" AFTER INSERT OR DELETE ON "gateway_instance"
FOR EACH ROW EXECUTE FUNCTION tell_change('gateway_instance', 'id');

-- When the window began that a moment is in: minute | hour | day, of UTC; place = always the same.
CREATE FUNCTION "limit_window_start"("window_name" TEXT, "moment" TIMESTAMPTZ) RETURNS TIMESTAMPTZ(3)
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE "window_name" WHEN 'place' THEN 'epoch'::timestamptz ELSE date_trunc("window_name", "moment", 'UTC') END
$$;

-- Makes the rows of these counters, and locks them in the order in which everybody does.
CREATE FUNCTION "lock_limit_counters"("counters" TEXT[], "windows" TEXT[], "starts" TIMESTAMPTZ[]) RETURNS VOID
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO limit_counter (counter, starts_at, ends_at)
    SELECT w.counter, w.starts_at, CASE WHEN w.window_name <> 'place' THEN w.starts_at + ('1 ' || w.window_name)::interval END
    FROM unnest("counters", "windows", "starts") AS w(counter, window_name, starts_at)
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    PERFORM FROM limit_counter AS c
    WHERE (c.counter, c.starts_at) IN (SELECT w.counter, w.starts_at FROM unnest("counters", "starts") AS w(counter, starts_at))
    ORDER BY c.counter, c.starts_at FOR NO KEY UPDATE OF c;
END
$$;

-- Counts a batch of requests, in their order: `[{id, lines: [{counter, window, most, amount}]}]`. Every line must have room, or
-- nothing is counted in any; a line of amount 0 only tells what is used. A line of the window `place` gives the request a place
-- until it is released or the lease of its gateway ends. Returns what is used of every line then.
-- What was counted in the last second may be lost when the server crashes, which no limit is worth waiting for the disk for.
CREATE FUNCTION "take_limits"("instance" UUID, "asked" JSONB, "released" UUID[], "moment" TIMESTAMPTZ)
RETURNS TABLE ("place_in_batch" INTEGER, "is_refused" BOOLEAN, "used" BIGINT[])
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    "counters" TEXT[];
    "windows" TEXT[];
    "starts" TIMESTAMPTZ[];
    "counts" BIGINT[];
    "added" BIGINT[];
    "one" RECORD;
    "m" INTEGER;
    "c" INTEGER;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    IF cardinality("released") > 0 THEN
        DELETE FROM limit_place WHERE request_id = ANY("released") AND instance_id = "instance";
    END IF;
    SELECT array_agg(d.counter ORDER BY d.counter), array_agg(d.window_name ORDER BY d.counter),
        array_agg(limit_window_start(d.window_name, "moment") ORDER BY d.counter)
    INTO "counters", "windows", "starts"
    FROM (
        SELECT DISTINCT l.counter, l.window_name
        FROM jsonb_to_recordset("asked") AS r(lines JSONB)
        CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(r.lines) AS (counter TEXT, "window" TEXT)) AS l(counter, window_name)
    ) AS d;
    IF "counters" IS NULL THEN
        RETURN;
    END IF;
    PERFORM lock_limit_counters("counters", "windows", "starts");
    SELECT array_agg(CASE w.window_name WHEN 'place' THEN (
            SELECT count(*) FROM limit_place AS p JOIN gateway_instance AS g ON g.id = p.instance_id
            WHERE p.counter = w.counter AND g.expires_at > "moment"
        ) ELSE k.used END ORDER BY w.n)
    INTO "counts"
    FROM unnest("counters", "windows", "starts") WITH ORDINALITY AS w(counter, window_name, starts_at, n)
    JOIN limit_counter AS k ON k.counter = w.counter AND k.starts_at = w.starts_at;
    "added" := array_fill(0::bigint, ARRAY[cardinality("counters")]);
    FOR "one" IN
        SELECT r.n, r.id, array_agg(w.n ORDER BY l.m) AS at, array_agg(l.most ORDER BY l.m) AS most, array_agg(l.amount ORDER BY l.m) AS amounts
        FROM ROWS FROM (jsonb_to_recordset("asked") AS (id UUID, lines JSONB)) WITH ORDINALITY AS r(id, lines, n)
        CROSS JOIN LATERAL ROWS FROM (jsonb_to_recordset(r.lines) AS (counter TEXT, most BIGINT, amount BIGINT))
            WITH ORDINALITY AS l(counter, most, amount, m)
        JOIN unnest("counters") WITH ORDINALITY AS w(counter, n) ON w.counter = l.counter
        GROUP BY r.n, r.id
        ORDER BY r.n
    LOOP
        "place_in_batch" := "one".n;
        "is_refused" := false;
        FOR "m" IN 1 .. cardinality("one".at) LOOP
            IF "one".amounts["m"] > 0 AND "counts"["one".at["m"]] + "one".amounts["m"] > "one".most["m"] THEN
                "is_refused" := true;
            END IF;
        END LOOP;
        "used" := '{}';
        FOR "m" IN 1 .. cardinality("one".at) LOOP
            "c" := "one".at["m"];
            IF NOT "is_refused" THEN
                "counts"["c"] := "counts"["c"] + "one".amounts["m"];
                "added"["c"] := "added"["c"] + "one".amounts["m"];
                IF "windows"["c"] = 'place' THEN
                    INSERT INTO limit_place (request_id, counter, instance_id) VALUES ("one".id, "counters"["c"], "instance")
                    ON CONFLICT DO NOTHING;
                END IF;
            END IF;
            "used" := "used" || "counts"["c"];
        END LOOP;
        RETURN NEXT;
    END LOOP;
    UPDATE limit_counter AS k SET used = k.used + w.amount
    FROM unnest("counters", "windows", "starts", "added") AS w(counter, window_name, starts_at, amount)
    WHERE k.counter = w.counter AND k.starts_at = w.starts_at AND w.amount > 0 AND w.window_name <> 'place';
END
$$;

-- Gives back what was taken of these windows: `[{counter, starts_ms, amount}]`.
CREATE FUNCTION "give_back_limits"("given" JSONB) RETURNS VOID
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM FROM limit_counter AS c
    WHERE (c.counter, c.starts_at) IN (
        SELECT g.counter, to_timestamp(g.starts_ms / 1000.0) FROM jsonb_to_recordset("given") AS g(counter TEXT, starts_ms BIGINT)
    )
    ORDER BY c.counter, c.starts_at FOR NO KEY UPDATE OF c;
    UPDATE limit_counter AS c SET used = greatest(c.used - g.amount, 0)
    FROM (
        SELECT g.counter, to_timestamp(g.starts_ms / 1000.0) AS starts_at, sum(g.amount)::bigint AS amount
        FROM jsonb_to_recordset("given") AS g(counter TEXT, starts_ms BIGINT, amount BIGINT) GROUP BY 1, 2
    ) AS g
    WHERE c.counter = g.counter AND c.starts_at = g.starts_at;
END
$$;

-- Adds what a gateway has counted in memory: `[{counter, window, starts_ms, amount}]`, and the places of its running requests: `[{id, counter}]`.
-- What has this number, or a smaller one, was added before: it may be sent again.
CREATE FUNCTION "merge_limits"("instance" UUID, "number" INTEGER, "counted" JSONB, "places" JSONB) RETURNS BOOLEAN
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "counters" TEXT[];
    "windows" TEXT[];
    "starts" TIMESTAMPTZ[];
BEGIN
    UPDATE gateway_instance SET merges = "number" WHERE id = "instance" AND merges < "number";
    IF NOT FOUND THEN
        RETURN EXISTS (SELECT FROM gateway_instance WHERE id = "instance");
    END IF;
    SELECT coalesce(array_agg(m.counter), '{}'), coalesce(array_agg(m.window_name), '{}'),
        coalesce(array_agg(to_timestamp(m.starts_ms / 1000.0)), '{}')
    INTO "counters", "windows", "starts"
    FROM ROWS FROM (jsonb_to_recordset("counted") AS (counter TEXT, "window" TEXT, starts_ms BIGINT)) AS m(counter, window_name, starts_ms);
    PERFORM lock_limit_counters("counters", "windows", "starts");
    UPDATE limit_counter AS c SET used = greatest(c.used + m.amount, 0)
    FROM jsonb_to_recordset("counted") AS m(counter TEXT, starts_ms BIGINT, amount BIGINT)
    WHERE c.counter = m.counter AND c.starts_at = to_timestamp(m.starts_ms / 1000.0);
    INSERT INTO limit_place (request_id, counter, instance_id)
    SELECT p.id, p.counter, "instance" FROM jsonb_to_recordset("places") AS p(id UUID, counter TEXT)
    ON CONFLICT DO NOTHING;
    RETURN true;
END
$$;

-- Begins or renews the lease of a gateway, and clears away what nobody needs: gateways whose lease has ended, their places, and
-- windows that are over. Returns how many other gateways there are, and whether this one was unknown.
CREATE FUNCTION "renew_gateway"("instance" UUID, "lease_ms" BIGINT, "moment" TIMESTAMPTZ)
RETURNS TABLE ("others" INTEGER, "is_new" BOOLEAN)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE gateway_instance SET expires_at = "moment" + "lease_ms" * interval '1 millisecond' WHERE id = "instance";
    "is_new" := NOT FOUND;
    IF "is_new" THEN
        INSERT INTO gateway_instance (id, expires_at) VALUES ("instance", "moment" + "lease_ms" * interval '1 millisecond');
    END IF;
    DELETE FROM gateway_instance WHERE id IN (
        SELECT id FROM gateway_instance WHERE expires_at <= "moment" AND id <> "instance" FOR UPDATE SKIP LOCKED
    );
    DELETE FROM limit_place AS p WHERE NOT EXISTS (SELECT FROM gateway_instance AS g WHERE g.id = p.instance_id);
    DELETE FROM limit_counter WHERE (counter, starts_at) IN (
        SELECT counter, starts_at FROM limit_counter
        WHERE ends_at < "moment" - interval '1 hour'
        LIMIT 5000 FOR UPDATE SKIP LOCKED
    );
    SELECT count(*) INTO "others" FROM gateway_instance WHERE id <> "instance" AND expires_at > "moment";
    RETURN NEXT;
END
$$;
