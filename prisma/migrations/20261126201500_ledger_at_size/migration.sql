-- The ledger at size: partitions by the month that is in a request's id, full-text search in transcripts, and sums by the hour
-- and the day. Everything here is new to the version before or has a default, so that it goes on beside this one.

ALTER TABLE "request_log"
  ADD COLUMN "model_known" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "end_user" TEXT,
  ADD COLUMN "tags" TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "trace_id" TEXT,
  ADD COLUMN "retries" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "fallbacks" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "rescued" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "translated" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "overhead_ms" INTEGER,
  ADD COLUMN "upload_ms" INTEGER,
  ADD COLUMN "probe_ms" INTEGER,
  ADD COLUMN "first_byte_ms" INTEGER,
  ADD COLUMN "input_tokens" BIGINT,
  ADD COLUMN "output_tokens" BIGINT;

UPDATE "request_log" SET "model_known" = "deployment_id" IS NOT NULL;

-- The tables as they are become the templates of partitioned ones. A primary key must hold what is partitioned by: the id, in
-- which the time is. A foreign key between the two would forbid to drop a month, so that a trigger does its work.
ALTER TABLE "transcript" DROP CONSTRAINT "transcript_request_id_fkey";
DROP TRIGGER "erase_cached_answers" ON "request_log";
DROP TRIGGER "erase_cached_answers" ON "transcript";
ALTER TABLE "transcript" ADD COLUMN "search_config" TEXT NOT NULL DEFAULT 'simple', ADD COLUMN "search" TSVECTOR;
ALTER TABLE "request_log" RENAME TO "request_log_before";
ALTER TABLE "transcript" RENAME TO "transcript_before";

CREATE TABLE "request_log" (LIKE "request_log_before" INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE ("id");
CREATE TABLE "transcript" (LIKE "transcript_before" INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE ("request_id");

-- The first id that a request of this moment can have.
CREATE FUNCTION "first_request_id"("moment" TIMESTAMPTZ) RETURNS UUID LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(floor(extract(epoch FROM "moment") * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of the months from the one of the first moment to the one of the last, as far as they lack. Beside
-- readers and writers: a table is made apart and attached, and there is no default partition, which would have to be searched.
CREATE FUNCTION "ensure_ledger_partitions"("first_moment" TIMESTAMPTZ, "last_moment" TIMESTAMPTZ) RETURNS INTEGER
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  "month" TIMESTAMP := date_trunc('month', "first_moment" AT TIME ZONE 'UTC');
  "parent" TEXT;
  "name" TEXT;
  "made" INTEGER := 0;
BEGIN
  WHILE "month" <= "last_moment" AT TIME ZONE 'UTC' LOOP
    FOREACH "parent" IN ARRAY ARRAY['request_log', 'transcript'] LOOP
      "name" := "parent" || to_char("month", '_YYYY_MM');
      IF to_regclass(quote_ident("name")) IS NULL THEN
        -- Two gateways may need it at once.
        PERFORM pg_advisory_xact_lock(7270737, 1);
        IF to_regclass(quote_ident("name")) IS NULL THEN
          EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING STORAGE)', "name", "parent");
          EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', "parent", "name",
            "first_request_id"("month" AT TIME ZONE 'UTC'),
            "first_request_id"(("month" + INTERVAL '1 month') AT TIME ZONE 'UTC'));
          "made" := "made" + 1;
        END IF;
      END IF;
    END LOOP;
    "month" := "month" + INTERVAL '1 month';
  END LOOP;
  RETURN "made";
END $$;

DO $$
BEGIN
  PERFORM "ensure_ledger_partitions"(now(), now() + INTERVAL '2 months');
  -- By the time that is in an id, whatever the column of the time says.
  PERFORM "ensure_ledger_partitions"("month", "month")
  FROM (
    SELECT DISTINCT date_trunc('month', to_timestamp(('x' || left(replace("id"::text, '-', ''), 12))::bit(48)::bigint / 1000.0), 'UTC') AS "month"
    FROM (SELECT "id" FROM "request_log_before" UNION ALL SELECT "request_id" FROM "transcript_before") AS "ids"
  ) AS "months";
END $$;

INSERT INTO "request_log" SELECT * FROM "request_log_before";
INSERT INTO "transcript" SELECT "request_id", "text", "question", "search_config", to_tsvector('simple', left("text", 200000))
FROM "transcript_before";
DROP TABLE "transcript_before";
DROP TABLE "request_log_before";

ALTER TABLE "request_log" ADD CONSTRAINT "request_log_pkey" PRIMARY KEY ("id");
ALTER TABLE "transcript" ADD CONSTRAINT "transcript_pkey" PRIMARY KEY ("request_id");
CREATE INDEX "request_log_key_id_id_idx" ON "request_log"("key_id", "id" DESC);
CREATE INDEX "request_log_model_id_idx" ON "request_log"("model", "id" DESC);
CREATE INDEX "request_log_provider_id_idx" ON "request_log"("provider", "id" DESC);
CREATE INDEX "request_log_deployment_id_id_idx" ON "request_log"("deployment_id", "id" DESC);
CREATE INDEX "request_log_status_id_idx" ON "request_log"("status", "id" DESC);
CREATE INDEX "request_log_task_id_idx" ON "request_log"("task", "id" DESC);
CREATE INDEX "request_log_language_id_idx" ON "request_log"("language", "id" DESC);
-- Of what most rows lack, only the others.
CREATE INDEX "request_log_cache_id_idx" ON "request_log"("cache", "id" DESC) WHERE "cache" IS NOT NULL;
CREATE INDEX "request_log_error_code_id_idx" ON "request_log"("error_code", "id" DESC) WHERE "error_code" IS NOT NULL;
CREATE INDEX "request_log_end_user_id_idx" ON "request_log"("end_user", "id" DESC) WHERE "end_user" IS NOT NULL;
CREATE INDEX "request_log_trace_id_idx" ON "request_log"("trace_id") WHERE "trace_id" IS NOT NULL;
CREATE INDEX "request_log_tags_idx" ON "request_log" USING gin ("tags") WHERE "tags" <> '{}';
CREATE INDEX "transcript_search_idx" ON "transcript" USING gin ("search");

-- With a log go its transcript, and the cached copies of the answer (see the migration exact_cache).
CREATE OR REPLACE FUNCTION "erase_cached_answers_of_logs"() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM "cached_answer" WHERE "request_id" IN (SELECT "id" FROM "erased" UNION SELECT "cached_request_id" FROM "erased");
  DELETE FROM "transcript" WHERE "request_id" IN (SELECT "id" FROM "erased");
  RETURN NULL;
END $$;

CREATE TRIGGER "erase_cached_answers" AFTER DELETE ON "request_log"
  REFERENCING OLD TABLE AS "erased" FOR EACH STATEMENT EXECUTE FUNCTION "erase_cached_answers_of_logs"();
CREATE TRIGGER "erase_cached_answers" AFTER DELETE ON "transcript"
  REFERENCING OLD TABLE AS "erased" FOR EACH STATEMENT EXECUTE FUNCTION "erase_cached_answers_of_transcripts"();

-- What many requests come to, by the hour and by the day, kept by whoever writes logs and in the same statement. The columns
-- l, p, o and r count requests by their latency, the providers' part of it, the rest of it, and latency by second of audio, in
-- milliseconds and the 64 ranges of src/ledger/entry/histogram.ts; NULL = 0.
CREATE TABLE "usage_rollup" (
  "grain" TEXT NOT NULL,
  "starts_at" TIMESTAMPTZ NOT NULL,
  "key_id" UUID NOT NULL,
  "model" TEXT NOT NULL,
  "provider" TEXT NOT NULL,
  "deployment_id" TEXT NOT NULL,
  "task" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "requests" BIGINT NOT NULL,
  "unpriced" BIGINT NOT NULL,
  "cost_nano_usd" NUMERIC NOT NULL,
  "audio_ms" NUMERIC NOT NULL,
  "input_tokens" NUMERIC NOT NULL,
  "output_tokens" NUMERIC NOT NULL,
  "retries" BIGINT NOT NULL,
  "fallbacks" BIGINT NOT NULL,
  "rescued" BIGINT NOT NULL,
  "cache_hits" BIGINT NOT NULL,
  "latency_ms" NUMERIC NOT NULL,
  "provider_ms" NUMERIC NOT NULL,
  "provider_count" BIGINT NOT NULL,
  "overhead_ms" NUMERIC NOT NULL,
  "overhead_count" BIGINT NOT NULL,
  "pace_ms" NUMERIC NOT NULL,
  "pace_count" BIGINT NOT NULL,
  l00 INTEGER,
  l01 INTEGER,
  l02 INTEGER,
  l03 INTEGER,
  l04 INTEGER,
  l05 INTEGER,
  l06 INTEGER,
  l07 INTEGER,
  l08 INTEGER,
  l09 INTEGER,
  l10 INTEGER,
  l11 INTEGER,
  l12 INTEGER,
  l13 INTEGER,
  l14 INTEGER,
  l15 INTEGER,
  l16 INTEGER,
  l17 INTEGER,
  l18 INTEGER,
  l19 INTEGER,
  l20 INTEGER,
  l21 INTEGER,
  l22 INTEGER,
  l23 INTEGER,
  l24 INTEGER,
  l25 INTEGER,
  l26 INTEGER,
  l27 INTEGER,
  l28 INTEGER,
  l29 INTEGER,
  l30 INTEGER,
  l31 INTEGER,
  l32 INTEGER,
  l33 INTEGER,
  l34 INTEGER,
  l35 INTEGER,
  l36 INTEGER,
  l37 INTEGER,
  l38 INTEGER,
  l39 INTEGER,
  l40 INTEGER,
  l41 INTEGER,
  l42 INTEGER,
  l43 INTEGER,
  l44 INTEGER,
  l45 INTEGER,
  l46 INTEGER,
  l47 INTEGER,
  l48 INTEGER,
  l49 INTEGER,
  l50 INTEGER,
  l51 INTEGER,
  l52 INTEGER,
  l53 INTEGER,
  l54 INTEGER,
  l55 INTEGER,
  l56 INTEGER,
  l57 INTEGER,
  l58 INTEGER,
  l59 INTEGER,
  l60 INTEGER,
  l61 INTEGER,
  l62 INTEGER,
  l63 INTEGER,
  p00 INTEGER,
  p01 INTEGER,
  p02 INTEGER,
  p03 INTEGER,
  p04 INTEGER,
  p05 INTEGER,
  p06 INTEGER,
  p07 INTEGER,
  p08 INTEGER,
  p09 INTEGER,
  p10 INTEGER,
  p11 INTEGER,
  p12 INTEGER,
  p13 INTEGER,
  p14 INTEGER,
  p15 INTEGER,
  p16 INTEGER,
  p17 INTEGER,
  p18 INTEGER,
  p19 INTEGER,
  p20 INTEGER,
  p21 INTEGER,
  p22 INTEGER,
  p23 INTEGER,
  p24 INTEGER,
  p25 INTEGER,
  p26 INTEGER,
  p27 INTEGER,
  p28 INTEGER,
  p29 INTEGER,
  p30 INTEGER,
  p31 INTEGER,
  p32 INTEGER,
  p33 INTEGER,
  p34 INTEGER,
  p35 INTEGER,
  p36 INTEGER,
  p37 INTEGER,
  p38 INTEGER,
  p39 INTEGER,
  p40 INTEGER,
  p41 INTEGER,
  p42 INTEGER,
  p43 INTEGER,
  p44 INTEGER,
  p45 INTEGER,
  p46 INTEGER,
  p47 INTEGER,
  p48 INTEGER,
  p49 INTEGER,
  p50 INTEGER,
  p51 INTEGER,
  p52 INTEGER,
  p53 INTEGER,
  p54 INTEGER,
  p55 INTEGER,
  p56 INTEGER,
  p57 INTEGER,
  p58 INTEGER,
  p59 INTEGER,
  p60 INTEGER,
  p61 INTEGER,
  p62 INTEGER,
  p63 INTEGER,
  o00 INTEGER,
  o01 INTEGER,
  o02 INTEGER,
  o03 INTEGER,
  o04 INTEGER,
  o05 INTEGER,
  o06 INTEGER,
  o07 INTEGER,
  o08 INTEGER,
  o09 INTEGER,
  o10 INTEGER,
  o11 INTEGER,
  o12 INTEGER,
  o13 INTEGER,
  o14 INTEGER,
  o15 INTEGER,
  o16 INTEGER,
  o17 INTEGER,
  o18 INTEGER,
  o19 INTEGER,
  o20 INTEGER,
  o21 INTEGER,
  o22 INTEGER,
  o23 INTEGER,
  o24 INTEGER,
  o25 INTEGER,
  o26 INTEGER,
  o27 INTEGER,
  o28 INTEGER,
  o29 INTEGER,
  o30 INTEGER,
  o31 INTEGER,
  o32 INTEGER,
  o33 INTEGER,
  o34 INTEGER,
  o35 INTEGER,
  o36 INTEGER,
  o37 INTEGER,
  o38 INTEGER,
  o39 INTEGER,
  o40 INTEGER,
  o41 INTEGER,
  o42 INTEGER,
  o43 INTEGER,
  o44 INTEGER,
  o45 INTEGER,
  o46 INTEGER,
  o47 INTEGER,
  o48 INTEGER,
  o49 INTEGER,
  o50 INTEGER,
  o51 INTEGER,
  o52 INTEGER,
  o53 INTEGER,
  o54 INTEGER,
  o55 INTEGER,
  o56 INTEGER,
  o57 INTEGER,
  o58 INTEGER,
  o59 INTEGER,
  o60 INTEGER,
  o61 INTEGER,
  o62 INTEGER,
  o63 INTEGER,
  r00 INTEGER,
  r01 INTEGER,
  r02 INTEGER,
  r03 INTEGER,
  r04 INTEGER,
  r05 INTEGER,
  r06 INTEGER,
  r07 INTEGER,
  r08 INTEGER,
  r09 INTEGER,
  r10 INTEGER,
  r11 INTEGER,
  r12 INTEGER,
  r13 INTEGER,
  r14 INTEGER,
  r15 INTEGER,
  r16 INTEGER,
  r17 INTEGER,
  r18 INTEGER,
  r19 INTEGER,
  r20 INTEGER,
  r21 INTEGER,
  r22 INTEGER,
  r23 INTEGER,
  r24 INTEGER,
  r25 INTEGER,
  r26 INTEGER,
  r27 INTEGER,
  r28 INTEGER,
  r29 INTEGER,
  r30 INTEGER,
  r31 INTEGER,
  r32 INTEGER,
  r33 INTEGER,
  r34 INTEGER,
  r35 INTEGER,
  r36 INTEGER,
  r37 INTEGER,
  r38 INTEGER,
  r39 INTEGER,
  r40 INTEGER,
  r41 INTEGER,
  r42 INTEGER,
  r43 INTEGER,
  r44 INTEGER,
  r45 INTEGER,
  r46 INTEGER,
  r47 INTEGER,
  r48 INTEGER,
  r49 INTEGER,
  r50 INTEGER,
  r51 INTEGER,
  r52 INTEGER,
  r53 INTEGER,
  r54 INTEGER,
  r55 INTEGER,
  r56 INTEGER,
  r57 INTEGER,
  r58 INTEGER,
  r59 INTEGER,
  r60 INTEGER,
  r61 INTEGER,
  r62 INTEGER,
  r63 INTEGER,
  CONSTRAINT "usage_rollup_pkey" PRIMARY KEY ("grain", "starts_at", "key_id", "model", "provider", "deployment_id", "task", "status")
);
