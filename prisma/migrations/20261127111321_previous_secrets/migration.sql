-- AlterTable
ALTER TABLE "virtual_key" ADD COLUMN     "previous_expires_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_hash" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "virtual_key_previous_hash_key" ON "virtual_key"("previous_hash");
