-- What reading the ledger needs: indexes for what is asked for and rare, the order in which logs came to be seen, and words in
-- writing without word breaks. Everything here is unknown to the version before, which goes on beside this one.

-- When a log was written, as the number of the transaction: logs are not written in the order of their ids, because a long
-- request ends after younger ones. NULL in logs of before, which nobody waits for any more.
ALTER TABLE "request_log" ADD COLUMN "written_xid" XID8;
ALTER TABLE "request_log" ALTER COLUMN "written_xid" SET DEFAULT pg_current_xact_id();
CREATE INDEX "request_log_written_xid_idx" ON "request_log"("written_xid");

CREATE INDEX "request_log_response_format_id_idx" ON "request_log"("response_format", "id" DESC);
CREATE INDEX "request_log_http_status_id_idx" ON "request_log"("http_status", "id" DESC) WHERE "http_status" >= 400;
CREATE INDEX "request_log_latency_ms_idx" ON "request_log"("latency_ms");
CREATE INDEX "request_log_audio_seconds_idx" ON "request_log"("audio_seconds");
CREATE INDEX "request_log_cost_nano_usd_idx" ON "request_log"("cost_nano_usd");
-- Of questions of yes or no, the rarer answer, in the words of src/ledger/logs/log-filter.ts.
CREATE INDEX "request_log_stream_idx" ON "request_log"("id" DESC) WHERE "stream";
CREATE INDEX "request_log_cost_unknown_idx" ON "request_log"("id" DESC) WHERE "cost_nano_usd" IS NULL;
CREATE INDEX "request_log_cost_estimated_idx" ON "request_log"("id" DESC) WHERE "cost_estimated";
CREATE INDEX "request_log_had_retry_idx" ON "request_log"("id" DESC) WHERE "retries" > 0;
CREATE INDEX "request_log_had_fallback_idx" ON "request_log"("id" DESC) WHERE "fallbacks" > 0;
CREATE INDEX "request_log_rescued_idx" ON "request_log"("id" DESC) WHERE "rescued";
CREATE INDEX "request_log_translated_idx" ON "request_log"("id" DESC) WHERE "translated";
CREATE INDEX "request_log_has_warning_idx" ON "request_log"("id" DESC) WHERE "warnings" <> '{}';

-- A text as its words are looked for: where writing has no word breaks, or words that are not looked for as they stand, each
-- character is a word (Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean; src/ledger/logs/transcript-search.ts).
CREATE FUNCTION "searchable_text"("text" TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT regexp_replace("text",
    '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff])',
    ' \1 ', 'g')
$$;

UPDATE "transcript" SET "search" = to_tsvector('simple', "searchable_text"(left(concat_ws(E'\n', "question", "text"), 200000)))
WHERE "search_config" = 'simple' AND "text" <> "searchable_text"("text");
