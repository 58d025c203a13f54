-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "admin_key_id" UUID,
    "key_id" UUID,
    "key_hash" TEXT NOT NULL,
    "client_ip" TEXT NOT NULL,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "sessions_hash_key" ON "sessions"("hash");

-- CreateIndex
CREATE INDEX "sessions_admin_key_id_idx" ON "sessions"("admin_key_id");

-- CreateIndex
CREATE INDEX "sessions_key_id_idx" ON "sessions"("key_id");

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_admin_key_id_fkey" FOREIGN KEY ("admin_key_id") REFERENCES "admin_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "virtual_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Gateways hold sessions in memory; that one was used is no change. Nobody can have asked for one before it was there.
CREATE TRIGGER "session_ends" AFTER DELETE ON "sessions"
FOR EACH ROW EXECUTE FUNCTION tell_change('session', 'id');

-- Signing in and out is told of administrators. Holders of virtual keys sign in as they send requests: that is nothing to be audited.
SELECT audit_table('sessions', 'session');
DROP TRIGGER "Audit_coming_or_going" ON "sessions";
CREATE TRIGGER "Audit_coming" AFTER INSERT ON "sessions"
FOR EACH ROW WHEN (NEW.kind <> 'virtual_key') EXECUTE FUNCTION audit_change('session', '{last_used_at}', '{hash,key_hash}');
CREATE TRIGGER "Audit_going" AFTER DELETE ON "sessions"
FOR EACH ROW WHEN (OLD.kind <> 'virtual_key') EXECUTE FUNCTION audit_change('session', '{last_used_at}', '{hash,key_hash}');
