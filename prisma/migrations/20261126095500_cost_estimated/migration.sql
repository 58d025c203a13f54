ALTER TABLE "request_log" ADD COLUMN "cost_estimated" BOOLEAN NOT NULL DEFAULT false;
