-- CreateTable
CREATE TABLE "client_token" (
    "id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "key_id" UUID NOT NULL,
    "key_hash" TEXT NOT NULL,
    "models" JSONB,
    "max_audio_ms" INTEGER,
    "used_audio_ms" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "client_token_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "client_token_hash_key" ON "client_token"("hash");

-- CreateIndex
CREATE INDEX "client_token_key_id_idx" ON "client_token"("key_id");

-- CreateIndex
CREATE INDEX "client_token_expires_at_idx" ON "client_token"("expires_at");

-- AddForeignKey
ALTER TABLE "client_token" ADD CONSTRAINT "client_token_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "virtual_key"("id") ON DELETE CASCADE ON UPDATE CASCADE;
