-- AlterTable
ALTER TABLE "virtual_key" ADD COLUMN     "allowed_addresses" JSONB,
ADD COLUMN     "endpoints" JSONB,
ADD COLUMN     "user" TEXT;

-- AlterTable
ALTER TABLE "team" ADD COLUMN     "allowed_addresses" JSONB,
ADD COLUMN     "endpoints" JSONB;

-- CreateIndex
CREATE INDEX "virtual_key_user_idx" ON "virtual_key"("user");

-- CreateIndex
CREATE INDEX "virtual_key_tags_idx" ON "virtual_key" USING GIN ("tags");
