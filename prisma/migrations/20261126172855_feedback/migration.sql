-- CreateTable
CREATE TABLE "feedback" (
    "id" UUID NOT NULL,
    "trace_id" TEXT NOT NULL,
    "key_id" UUID,
    "value" INTEGER NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "metadata" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feedback_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "feedback_trace_id_key_id_idx" ON "feedback"("trace_id", "key_id");
