-- What was changed, and what that belongs to, by their names: without these a name that is rare is looked for in all events. As long as
-- an index is made, nothing that administrators change is written; a million events take some seconds. Requests write no events.
-- Beginnings only: a name that somebody has given by hand may be longer than an index takes.
CREATE INDEX "audit_event_subject_name_idx" ON "audit_event"(left("subject_name", 200), "id" DESC) WHERE "subject_name" IS NOT NULL;
CREATE INDEX "audit_event_owner_name_idx" ON "audit_event"(left("owner_name", 200), "id" DESC) WHERE "owner_name" IS NOT NULL;
CREATE INDEX "audit_event_former_name_idx" ON "audit_event"(left("before" ->> 'name', 200), "id" DESC) WHERE "before" ->> 'name' IS NOT NULL;
