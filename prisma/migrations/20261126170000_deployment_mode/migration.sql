ALTER TABLE "deployment" ADD COLUMN "mode" TEXT;
