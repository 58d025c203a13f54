-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "url_preview" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "previous_expires_at" TIMESTAMPTZ(3),
    "event_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "format" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_event" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,
    "relevant_until" TIMESTAMPTZ(3),

    CONSTRAINT "alert_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_delivery" (
    "id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "lease" UUID,
    "leased_until" TIMESTAMPTZ(3),
    "http_status" INTEGER,
    "error" TEXT,
    "latency_ms" INTEGER,
    "attempted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_condition" (
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "incident" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "recovered_at" TIMESTAMPTZ(3),
    "relapses" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "alert_condition_pkey" PRIMARY KEY ("kind","subject")
);

-- CreateIndex
CREATE UNIQUE INDEX "alert_name_key" ON "alert"("name");

-- CreateIndex
CREATE UNIQUE INDEX "alert_event_type_subject_period_key" ON "alert_event"("type", "subject", "period");

-- CreateIndex
CREATE INDEX "alert_delivery_alert_id_id_idx" ON "alert_delivery"("alert_id", "id");

-- CreateIndex
CREATE INDEX "alert_delivery_alert_id_status_next_attempt_at_idx" ON "alert_delivery"("alert_id", "status", "next_attempt_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_delivery_event_id_alert_id_key" ON "alert_delivery"("event_id", "alert_id");

-- AddForeignKey
ALTER TABLE "alert_delivery" ADD CONSTRAINT "alert_delivery_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_delivery" ADD CONSTRAINT "alert_delivery_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "alert_event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Gateways hold in memory which events anybody wants.
CREATE TRIGGER "alert_changes" AFTER INSERT OR UPDATE OR DELETE ON "alert"
FOR EACH ROW EXECUTE FUNCTION tell_change('alert', 'id');

-- Whether an alert gets events of a type.
CREATE FUNCTION "wants_event"("a" "alert", "event_type" TEXT) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(cardinality(a.event_types), 0) = 0 OR "event_type" = ANY (a.event_types)
$$;
