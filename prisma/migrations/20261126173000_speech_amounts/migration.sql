ALTER TABLE "request_log" ADD COLUMN "input_characters" INTEGER,
ADD COLUMN "output_audio_seconds" DOUBLE PRECISION;
