ALTER TABLE "transcript" ADD COLUMN "question" TEXT;
