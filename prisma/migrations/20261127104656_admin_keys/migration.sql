-- CreateTable
CREATE TABLE "admin_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "admin_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "admin_key_team" (
    "admin_key_id" UUID NOT NULL,
    "team_id" UUID NOT NULL,

    CONSTRAINT "admin_key_team_pkey" PRIMARY KEY ("admin_key_id","team_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "admin_key_name_key" ON "admin_key"("name");

-- CreateIndex
CREATE UNIQUE INDEX "admin_key_hash_key" ON "admin_key"("hash");

-- CreateIndex
CREATE INDEX "admin_key_team_team_id_idx" ON "admin_key_team"("team_id");

-- AddForeignKey
ALTER TABLE "admin_key_team" ADD CONSTRAINT "admin_key_team_admin_key_id_fkey" FOREIGN KEY ("admin_key_id") REFERENCES "admin_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "admin_key_team" ADD CONSTRAINT "admin_key_team_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Gateways hold admin keys in memory with their teams; that one was used is no change.
CREATE TRIGGER "admin_key_comes_or_goes" AFTER INSERT OR DELETE ON "admin_key"
FOR EACH ROW EXECUTE FUNCTION tell_change('admin_key', 'id');

CREATE TRIGGER "admin_key_changes" AFTER UPDATE ON "admin_key"
FOR EACH ROW WHEN (
    to_jsonb(OLD) - ARRAY['last_used_at'] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['last_used_at']
) EXECUTE FUNCTION tell_change('admin_key', 'id');

CREATE TRIGGER "admin_key_team_changes" AFTER INSERT OR UPDATE OR DELETE ON "admin_key_team"
FOR EACH ROW EXECUTE FUNCTION tell_change('admin_key', 'admin_key_id');
