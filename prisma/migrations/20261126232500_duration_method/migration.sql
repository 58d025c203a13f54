-- AlterTable
ALTER TABLE "request_log" ADD COLUMN     "duration_method" TEXT;
