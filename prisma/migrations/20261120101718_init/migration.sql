-- CreateTable
CREATE TABLE "virtual_key" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "preview" TEXT NOT NULL,
    "models" JSONB,
    "expires_at" TIMESTAMPTZ(3),
    "blocked" BOOLEAN NOT NULL DEFAULT false,
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "spend_nano_usd" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "virtual_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_credential" (
    "id" UUID NOT NULL,
    "name" TEXT,
    "provider" TEXT NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "preview" TEXT NOT NULL,
    "api_base" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "routing" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deployment" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "upstream_model" TEXT NOT NULL,
    "credential_id" UUID,
    "api_base" TEXT,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "weight" INTEGER NOT NULL DEFAULT 1,
    "price" JSONB,
    "routing" JSONB NOT NULL DEFAULT '{}',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_log" (
    "id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "key_id" UUID,
    "key_name" TEXT NOT NULL,
    "task" TEXT NOT NULL,
    "model" TEXT,
    "provider" TEXT,
    "deployment_id" TEXT,
    "upstream_model" TEXT,
    "upstream_request_id" TEXT,
    "response_format" TEXT,
    "stream" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL,
    "http_status" INTEGER NOT NULL,
    "error_code" TEXT,
    "error_message" TEXT,
    "audio_seconds" DOUBLE PRECISION,
    "audio_bytes" BIGINT,
    "language" TEXT,
    "cost_nano_usd" BIGINT,
    "usage_source" TEXT,
    "usage" JSONB,
    "latency_ms" INTEGER NOT NULL,
    "provider_latency_ms" INTEGER,
    "attempts" JSONB NOT NULL DEFAULT '[]',
    "plan" JSONB,
    "cost_steps" JSONB,
    "measured_cost_nano_usd" BIGINT,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "client_ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "request_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transcript" (
    "request_id" UUID NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "transcript_pkey" PRIMARY KEY ("request_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "virtual_key_name_key" ON "virtual_key"("name");

-- CreateIndex
CREATE UNIQUE INDEX "virtual_key_hash_key" ON "virtual_key"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "provider_credential_name_key" ON "provider_credential"("name");

-- CreateIndex
CREATE UNIQUE INDEX "model_name_key" ON "model"("name");

-- CreateIndex
CREATE INDEX "deployment_model_id_idx" ON "deployment"("model_id");

-- CreateIndex
CREATE INDEX "deployment_credential_id_idx" ON "deployment"("credential_id");

-- CreateIndex
CREATE INDEX "request_log_key_id_id_idx" ON "request_log"("key_id", "id" DESC);

-- CreateIndex
CREATE INDEX "request_log_model_id_idx" ON "request_log"("model", "id" DESC);

-- CreateIndex
CREATE INDEX "request_log_provider_id_idx" ON "request_log"("provider", "id" DESC);

-- CreateIndex
CREATE INDEX "request_log_status_id_idx" ON "request_log"("status", "id" DESC);

-- CreateIndex
CREATE INDEX "request_log_task_id_idx" ON "request_log"("task", "id" DESC);

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deployment" ADD CONSTRAINT "deployment_credential_id_fkey" FOREIGN KEY ("credential_id") REFERENCES "provider_credential"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transcript" ADD CONSTRAINT "transcript_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "request_log"("id") ON DELETE CASCADE ON UPDATE CASCADE;
