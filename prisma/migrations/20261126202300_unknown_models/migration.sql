-- Sums have no names of models that were none, so that analytics of one model read those requests from the rows.
CREATE INDEX "request_log_unknown_model_id_idx" ON "request_log"("model", "id" DESC) WHERE NOT "model_known";
