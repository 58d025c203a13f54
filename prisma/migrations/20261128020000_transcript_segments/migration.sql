-- When and by whom the parts of a transcript were said. Nothing is rewritten, and the version before leaves it out.
ALTER TABLE "transcript" ADD COLUMN "segments" JSONB;
