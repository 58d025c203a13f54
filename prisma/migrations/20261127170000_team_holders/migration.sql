-- AlterTable
ALTER TABLE "team" ADD COLUMN     "holders_may_read_logs" BOOLEAN NOT NULL DEFAULT false;

SELECT audit_table('team');
