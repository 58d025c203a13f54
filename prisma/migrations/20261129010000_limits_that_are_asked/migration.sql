-- Whoever only asks what is used takes no place.
DELETE FROM "limit_place" WHERE "request_id" = '00000000-0000-0000-0000-000000000000';

-- Counts a batch of requests, in their order: `[{id, lines: [{counter, window, most, amount}]}]`. Every line must have room, or
-- nothing is counted in any; a line of amount 0 only tells what is used. A line of the window `place` gives the request a place
-- until it is released or the lease of its gateway ends. Returns what is used of every line then.
-- What was counted in the last second may be lost when the server crashes, which no limit is worth waiting for the disk for.
CREATE OR REPLACE FUNCTION "take_limits"("instance" UUID, "asked" JSONB, "released" UUID[], "moment" TIMESTAMPTZ)
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
                IF "windows"["c"] = 'place' AND "one".amounts["m"] > 0 THEN
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
