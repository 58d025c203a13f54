-- CreateTable
CREATE TABLE "saved_config" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_config_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saved_config_version" (
    "id" UUID NOT NULL,
    "config_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "restored_from" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_config_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "saved_config_slug_key" ON "saved_config"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "saved_config_version_config_id_version_key" ON "saved_config_version"("config_id", "version");

-- AddForeignKey
ALTER TABLE "saved_config_version" ADD CONSTRAINT "saved_config_version_config_id_fkey" FOREIGN KEY ("config_id") REFERENCES "saved_config"("id") ON DELETE CASCADE ON UPDATE CASCADE;
