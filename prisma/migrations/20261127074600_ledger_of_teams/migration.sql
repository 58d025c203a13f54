-- The team of a request, in its log and in sums of their own. The version before writes logs without one, which belong to no
-- team, and so nothing that it writes is missing here.
ALTER TABLE "request_log" ADD COLUMN "team_id" UUID, ADD COLUMN "team_name" TEXT;
CREATE INDEX "request_log_team_id_id_idx" ON "request_log"("team_id", "id" DESC) WHERE "team_id" IS NOT NULL;

-- As usage_rollup, of the requests of teams only: a column more in the key of that table would keep the version before from
-- adding to it.
CREATE TABLE "team_rollup" ("team_id" UUID NOT NULL, LIKE "usage_rollup") PARTITION BY LIST ("grain");
ALTER TABLE "team_rollup" ADD CONSTRAINT "team_rollup_pkey"
  PRIMARY KEY ("grain", "starts_at", "team_id", "key_id", "model", "provider", "deployment_id", "task", "status");
CREATE TABLE "team_rollup_hour" PARTITION OF "team_rollup" FOR VALUES IN ('hour');
CREATE TABLE "team_rollup_day" PARTITION OF "team_rollup" FOR VALUES IN ('day');
