-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "claims" JSONB,
ADD COLUMN     "issuer" TEXT,
ADD COLUMN     "name" TEXT,
ADD COLUMN     "person_id" UUID,
ADD COLUMN     "role" TEXT,
ADD COLUMN     "subject" TEXT;

-- CreateIndex
CREATE INDEX "sessions_person_id_idx" ON "sessions"("person_id");

-- Gateways hold in memory which teams the rules of issuers name; changes of teams are told already.
CREATE TRIGGER "team_comes_or_goes" AFTER INSERT OR DELETE ON "team"
FOR EACH ROW EXECUTE FUNCTION tell_change('team', 'id');

-- Of a person who signs in it is told who it is, and not in which groups: of these there may be many, and events are kept.
SELECT audit_table('sessions');
DROP TRIGGER "Audit_coming_or_going" ON "sessions";
DROP TRIGGER "Audit_coming" ON "sessions";
CREATE TRIGGER "Audit_coming" AFTER INSERT ON "sessions"
FOR EACH ROW WHEN (NEW.kind <> 'virtual_key') EXECUTE FUNCTION audit_change('session', '{last_used_at,claims}', '{hash,key_hash}');
DROP TRIGGER "Audit_going" ON "sessions";
CREATE TRIGGER "Audit_going" AFTER DELETE ON "sessions"
FOR EACH ROW WHEN (OLD.kind <> 'virtual_key') EXECUTE FUNCTION audit_change('session', '{last_used_at,claims}', '{hash,key_hash}');
