-- Sums of days lie apart from those of hours, of which there are many more: a month of days is read without them.
ALTER TABLE "usage_rollup" RENAME TO "usage_rollup_before";
ALTER INDEX "usage_rollup_pkey" RENAME TO "usage_rollup_before_pkey";
CREATE TABLE "usage_rollup" (LIKE "usage_rollup_before") PARTITION BY LIST ("grain");
ALTER TABLE "usage_rollup" ADD CONSTRAINT "usage_rollup_pkey"
  PRIMARY KEY ("grain", "starts_at", "key_id", "model", "provider", "deployment_id", "task", "status");
CREATE TABLE "usage_rollup_hour" PARTITION OF "usage_rollup" FOR VALUES IN ('hour');
CREATE TABLE "usage_rollup_day" PARTITION OF "usage_rollup" FOR VALUES IN ('day');
INSERT INTO "usage_rollup" SELECT * FROM "usage_rollup_before";
DROP TABLE "usage_rollup_before";
