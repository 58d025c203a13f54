-- CreateTable
CREATE TABLE "credential_use" (
    "credential_id" UUID NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_deployment_id" UUID NOT NULL,
    "last_used_model" TEXT NOT NULL,
    "last_success_at" TIMESTAMPTZ(3),
    "last_rejected_at" TIMESTAMPTZ(3),
    "last_rejected_status" INTEGER,
    "last_rejected_deployment_id" UUID,
    "last_rejected_model" TEXT,

    CONSTRAINT "credential_use_pkey" PRIMARY KEY ("credential_id")
);

-- AddForeignKey
ALTER TABLE "credential_use" ADD CONSTRAINT "credential_use_credential_id_fkey" FOREIGN KEY ("credential_id") REFERENCES "provider_credential"("id") ON DELETE CASCADE ON UPDATE CASCADE;
