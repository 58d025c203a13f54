-- What is masked in transcripts, of a key, a team, or the gateway as a whole.
ALTER TABLE "virtual_key" ADD COLUMN "redaction" JSONB;
ALTER TABLE "team" ADD COLUMN "redaction" JSONB;

CREATE TABLE "gateway_setting" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "redaction" JSONB,

    CONSTRAINT "gateway_setting_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "gateway_setting_one" CHECK ("id" = 1)
);

CREATE TRIGGER "gateway_setting_changes" AFTER INSERT OR UPDATE OR DELETE ON "gateway_setting"
FOR EACH ROW EXECUTE FUNCTION tell_change('gateway');
