-- AlterTable
ALTER TABLE "request_log" ADD COLUMN     "metadata" JSONB;
