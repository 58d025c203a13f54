-- What is kept of requests and for how long, of a key, a team, or the gateway as a whole.
ALTER TABLE "virtual_key" ADD COLUMN "privacy" JSONB;
ALTER TABLE "team" ADD COLUMN "privacy" JSONB;
ALTER TABLE "gateway_setting" ADD COLUMN "privacy" JSONB;

-- A log that was deleted because it was kept no longer.
CREATE TABLE "deleted_log" (
    "id" UUID NOT NULL,
    "key_id" UUID,
    "team_id" UUID,
    "cost_nano_usd" BIGINT,

    CONSTRAINT "deleted_log_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "deleted_log_key_id_idx" ON "deleted_log"("key_id");
CREATE INDEX "deleted_log_team_id_idx" ON "deleted_log"("team_id");

-- Whose data was erased from the ledger, so that it does not come back from a journal.
CREATE TABLE "erasure" (
    "subject" TEXT NOT NULL,
    "before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "erasure_pkey" PRIMARY KEY ("subject")
);
