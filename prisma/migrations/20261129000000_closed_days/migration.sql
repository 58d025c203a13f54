-- The sums of days that are over, without keys: of all requests together (`all`) and by team (`team`), which are what most questions
-- ask for and a small part of the sums by key. They are made of those, one day at a time, and hold as long as the day is in closed_day:
-- whoever adds to a day takes it out. The version before does not: what it writes late, of a day that is over for an hour, while both run,
-- is found by `ledger verify` and repaired.
CREATE TABLE "closed_day" (
  "day" TIMESTAMPTZ NOT NULL,
  CONSTRAINT "closed_day_pkey" PRIMARY KEY ("day")
);
CREATE TABLE "closed_rollup" ("scope" TEXT NOT NULL, "team_id" UUID NOT NULL, LIKE "usage_rollup");
ALTER TABLE "closed_rollup" DROP COLUMN "grain", DROP COLUMN "key_id";
ALTER TABLE "closed_rollup" ADD CONSTRAINT "closed_rollup_pkey"
  PRIMARY KEY ("scope", "starts_at", "team_id", "model", "provider", "deployment_id", "task", "status");
