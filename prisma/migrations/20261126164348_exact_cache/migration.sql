-- AlterTable
ALTER TABLE "virtual_key" ADD COLUMN     "cache" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "request_log" ADD COLUMN     "cache" TEXT,
ADD COLUMN     "cached_request_id" UUID;

-- CreateTable
CREATE TABLE "cached_answer" (
    "key" BYTEA NOT NULL,
    "form" TEXT NOT NULL,
    "gives" TEXT[],
    "key_id" UUID,
    "model" TEXT NOT NULL,
    "request_id" UUID NOT NULL,
    "answer" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cached_answer_pkey" PRIMARY KEY ("key","form")
);

-- CreateTable
CREATE TABLE "open_question" (
    "key" BYTEA NOT NULL,
    "form" TEXT NOT NULL,
    "owner" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "open_question_pkey" PRIMARY KEY ("key","form")
);

-- CreateIndex
CREATE INDEX "cached_answer_key_id_idx" ON "cached_answer"("key_id");

-- CreateIndex
CREATE INDEX "cached_answer_request_id_idx" ON "cached_answer"("request_id");

-- CreateIndex
CREATE INDEX "cached_answer_expires_at_idx" ON "cached_answer"("expires_at");

-- CreateIndex
CREATE INDEX "request_log_cache_id_idx" ON "request_log"("cache", "id" DESC);

-- AddForeignKey
ALTER TABLE "cached_answer" ADD CONSTRAINT "cached_answer_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "virtual_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A cached answer is a copy of a transcript: who erases the log or the transcript of a request that has got it, the first
-- one or a hit, erases the copy as well. A foreign key could not say so, because an answer is kept before its log is written.
CREATE FUNCTION "erase_cached_answers_of_logs"() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM "cached_answer" WHERE "request_id" IN (SELECT "id" FROM "erased" UNION SELECT "cached_request_id" FROM "erased");
  RETURN NULL;
END $$;

CREATE TRIGGER "erase_cached_answers" AFTER DELETE ON "request_log"
  REFERENCING OLD TABLE AS "erased" FOR EACH STATEMENT EXECUTE FUNCTION "erase_cached_answers_of_logs"();

CREATE FUNCTION "erase_cached_answers_of_transcripts"() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  DELETE FROM "cached_answer" WHERE "request_id" IN (
    SELECT "request_id" FROM "erased"
    UNION
    SELECT l."cached_request_id" FROM "request_log" l JOIN "erased" e ON e."request_id" = l."id"
  );
  RETURN NULL;
END $$;

CREATE TRIGGER "erase_cached_answers" AFTER DELETE ON "transcript"
  REFERENCING OLD TABLE AS "erased" FOR EACH STATEMENT EXECUTE FUNCTION "erase_cached_answers_of_transcripts"();
