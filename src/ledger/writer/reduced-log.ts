import { z } from 'zod';
import type { EncodedLog } from '../entry/ledger-record.js';

/** What a bill needs of a log. */
const billedColumns = z.object({
  id: z.string(),
  created_at: z.string(),
  key_id: z.string().nullable().catch(null),
  key_name: z.string().catch(''),
  team_id: z.string().nullable().catch(null),
  team_name: z.string().nullable().catch(null),
  task: z.string().catch(''),
  status: z.string().catch('failure'),
  http_status: z.int().catch(0),
  audio_seconds: z.number().nullable().catch(null),
  cost_nano_usd: z.string().nullable().catch(null),
  cost_estimated: z.boolean().catch(false),
  latency_ms: z.int().catch(0),
});

/**
 * A log cut down to what a bill needs, for the case that the database refuses the whole of it: a row that tells little is worth
 * more than none.
 * @throws ZodError when it is no log at all
 */
export function reducedLog(log: EncodedLog, reason: string): EncodedLog {
  const billed = billedColumns.parse(JSON.parse(log.json));
  const warning = `this log could not be stored whole: ${reason}`;
  return { id: log.id, json: JSON.stringify({ ...billed, warnings: [warning.replaceAll('\0', '').toWellFormed()] }) };
}
