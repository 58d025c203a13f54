-- AlterTable
ALTER TABLE "virtual_key" ADD COLUMN     "allow_provider_keys" BOOLEAN NOT NULL DEFAULT false;
