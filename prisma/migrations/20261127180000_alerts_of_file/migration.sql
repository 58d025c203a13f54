-- Alerts that the configuration file declares; with a default, so that gateways of the version before go on making theirs.
ALTER TABLE "alert" ADD COLUMN "managed_by" TEXT NOT NULL DEFAULT 'api';

SELECT audit_table('alert', 'alert');
