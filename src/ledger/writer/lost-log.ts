import { z } from 'zod';
import { tasks } from '../../domain/task.js';
import type { LogEntry } from '../entry/log-entry.js';

const columns = z.object({
  task: z.enum(tasks),
  model: z.string().nullable(),
  model_known: z.boolean(),
  provider: z.string().nullable(),
  stream: z.boolean(),
  status: z.literal('lost'),
  http_status: z.int(),
  audio_seconds: z.number().nullable(),
  key_id: z.string().nullable(),
  key_name: z.string(),
  team_id: z.string().nullable(),
  team_name: z.string().nullable(),
});

/** The columns of `request_log` that {@link lostLogSchema} reads. */
export const lostColumns = columns.keyof().options;

/** What is told of a request that was lost with an earlier process, when its log is written. */
export type LostLog = Pick<
  LogEntry,
  | 'task'
  | 'model'
  | 'modelKnown'
  | 'provider'
  | 'stream'
  | 'status'
  | 'httpStatus'
  | 'audioSeconds'
  | 'keyId'
  | 'keyName'
  | 'teamId'
  | 'teamName'
>;

/** A {@link LostLog} from its columns. */
export const lostLogSchema = columns.transform(({ task, model, provider, stream, status, ...row }): LostLog => ({
  task,
  model,
  modelKnown: row.model_known,
  provider,
  stream,
  status,
  httpStatus: row.http_status,
  audioSeconds: row.audio_seconds,
  keyId: row.key_id,
  keyName: row.key_name,
  teamId: row.team_id,
  teamName: row.team_name,
}));
