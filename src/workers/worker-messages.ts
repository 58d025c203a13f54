import { z } from 'zod';

const bytes = z.custom<Buffer>((value) => value instanceof Uint8Array).transform((value) => Buffer.from(value));
/** Infinite ones and those that were never measured, too. */
const measured = z.custom<number>((value) => typeof value === 'number');

/** What a worker needs to know beside the variables of the environment, which it has as its supervisor has them. */
const startSchema = z.object({
  slot: z.int().positive(),
  /** Variables that hold before those of the environment. */
  variables: z.record(z.string(), z.string()),
  databaseUrl: z.string(),
  secrets: z.object({
    masterKey: z.string(),
    masterKeySource: z.enum(['environment', 'file']),
    masterKeyFile: z.string(),
    encryptionKey: bytes,
    previousEncryptionKeys: z.array(bytes).optional(),
  }),
});
export type WorkerStart = z.infer<typeof startSchema>;

/** A metric as prom-client tells it of a registry. */
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
  aggregator: z.enum(['sum', 'max', 'min', 'first', 'average', 'omit']),
  values: z.array(
    z.object({
      value: measured,
      labels: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      metricName: z.string().optional(),
    }),
  ),
});
export type ToldMetric = z.infer<typeof metricSchema>;
/** All that a process measures. */
export const toldMetricsSchema = z.array(metricSchema);

/** What changes in one worker and must change in all. */
const sharedChangeSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('configuration_file') }),
  z.object({ what: z.literal('deployment_reset'), id: z.string() }),
]);
export type SharedChange = z.infer<typeof sharedChangeSchema>;

/** How many workers serve. */
const standingSchema = z.object({ up: z.int().nonnegative(), of: z.int().positive() });
export type WorkersStanding = z.infer<typeof standingSchema>;

/** What a supervisor says to a worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), start: startSchema }),
  z.object({ type: z.literal('stop'), why: z.string() }),
  z.object({ type: z.literal('standing'), standing: standingSchema }),
  z.object({ type: z.literal('change'), change: sharedChangeSchema }),
  /** Tell your metrics. */
  z.object({ type: z.literal('ask_own_metrics'), id: z.int() }),
  /** The metrics of all, as the text that Prometheus reads. */
  z.object({ type: z.literal('all_metrics'), id: z.int(), text: z.string() }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** What a worker says to its supervisor. */
export const toSupervisorSchema = z.discriminatedUnion('type', [
  /** It can be told to start. */
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('listening'), models: z.array(z.string()) }),
  /** It cannot start, in words for an administrator. */
  z.object({ type: z.literal('failed'), words: z.string() }),
  z.object({ type: z.literal('own_metrics'), id: z.int(), metrics: toldMetricsSchema }),
  z.object({ type: z.literal('ask_all_metrics'), id: z.int() }),
  /** To be passed on to the others. */
  z.object({ type: z.literal('change'), change: sharedChangeSchema }),
]);
export type ToSupervisor = z.infer<typeof toSupervisorSchema>;
