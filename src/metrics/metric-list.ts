import type { LabelValues } from 'prom-client';

/** What a metric is called and means; names and units follow https://prometheus.io/docs/practices/naming/ */
export interface MetricFacts<Label extends string = string> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  /** What it counts, in a sentence. */
  readonly help: string;
  readonly labelNames: readonly Label[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
  /** What is told of several workers that tell each a value; undefined = their sum. */
  readonly ofWorkers?: 'sum' | 'max' | 'min';
}

/** The labels of a metric with their values. */
export type LabelsOf<Facts extends MetricFacts> = LabelValues<Facts['labelNames'][number]>;

/** Ten minutes are the longest that most gateways wait for a recording of an hour. */
const REQUEST_SECONDS = [0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 600];
const OVERHEAD_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const BATCH_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Who was asked for what. `model` is `unknown` where there is no such model, `provider` empty where none was asked. */
const ofRequest = ['task', 'model', 'provider'] as const;
/** `deployment` is empty where the caller has brought the access to the provider. */
const ofDeployment = ['deployment', 'model', 'provider'] as const;
const ofKey = ['key_id', 'key_name'] as const;
const ofTeam = ['team_id', 'team_name'] as const;

function counter<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) {
  return { type: 'counter', name, help, labelNames } as const;
}

function gauge<Label extends string = never>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  ofWorkers: 'sum' | 'max' | 'min' = 'sum',
) {
  return { type: 'gauge', name, help, labelNames, ofWorkers } as const;
}

function histogram<Label extends string = never>(
  name: string,
  help: string,
  buckets: readonly number[],
  labelNames: readonly Label[] = [],
) {
  return { type: 'histogram', name, help, labelNames, buckets } as const;
}

/** Every metric of the gateway's own, by the sections of `docs/observability.md`, whose tables are made from it. */
export const metricSections = {
  Requests: {
    requests: counter('auricle_requests_total', 'Requests that have ended: one for each log of the ledger', [
      ...ofRequest,
      'stream',
      'status',
      'http_status',
    ]),
    requestDuration: histogram(
      'auricle_request_duration_seconds',
      'From the headers of a request to the end of its answer',
      REQUEST_SECONDS,
      [...ofRequest, 'status'],
    ),
    overhead: histogram(
      'auricle_request_overhead_seconds',
      'What of that was not spent with providers, of requests for which one was asked: receiving the upload is part of it',
      OVERHEAD_SECONDS,
      ['task'],
    ),
    firstEvent: histogram(
      'auricle_time_to_first_event_seconds',
      'From the headers of a request to the first byte of its answer, of streams',
      REQUEST_SECONDS,
      ofRequest,
    ),
    audioSeconds: counter('auricle_audio_seconds_total', 'Seconds of audio that were sent', ofRequest),
    speechSeconds: counter('auricle_speech_seconds_total', 'Seconds of speech that were made', ofRequest),
    tokens: counter('auricle_tokens_total', 'Tokens that providers have told; direction is input or output', [
      ...ofRequest,
      'direction',
    ]),
    cost: counter('auricle_cost_dollars_total', 'US dollars that requests cost, as far as it is known', ofRequest),
    unpriced: counter(
      'auricle_unpriced_requests_total',
      'Answered requests whose cost is unknown, for want of a price or of a quantity',
      ofRequest,
    ),
    retries: counter('auricle_retries_total', 'Attempts beyond the first on each deployment', ['model']),
    fallbacks: counter('auricle_fallbacks_total', 'Models that were asked after the first', ['model']),
    rescued: counter('auricle_rescued_requests_total', 'Requests that were answered after an attempt had failed', [
      'model',
    ]),
    cache: counter(
      'auricle_cache_requests_total',
      'Requests for which the cache is on; result is hit, miss, refresh or bypass',
      ['result'],
    ),
    rejections: counter(
      'auricle_rejections_total',
      'Requests that were turned away by a limit or for want of room; reason is one of those below the table',
      ['reason'],
    ),
    limitRefusals: counter(
      'auricle_limit_refusals_total',
      'Requests that were refused by a limit of a key, a team or the gateway',
      ['scope', 'limit'],
    ),
    wrongKeys: counter('auricle_wrong_keys_total', 'Requests with a wrong key'),
    running: gauge('auricle_requests_in_flight', 'Requests that are being served'),
    maxRunning: gauge('auricle_requests_in_flight_max', 'How many may be: MAX_CONCURRENT_REQUESTS'),
  },
  Keys: {
    keyRequests: counter('auricle_key_requests_total', 'Requests that have ended, by key', [...ofKey, 'status']),
    keyAudioSeconds: counter('auricle_key_audio_seconds_total', 'Seconds of audio that were sent, by key', ofKey),
    keyCost: counter('auricle_key_cost_dollars_total', 'US dollars that requests cost, by key', ofKey),
  },
  Teams: {
    teamRequests: counter('auricle_team_requests_total', 'Requests that have ended, by team', [...ofTeam, 'status']),
    teamAudioSeconds: counter('auricle_team_audio_seconds_total', 'Seconds of audio that were sent, by team', ofTeam),
    teamCost: counter('auricle_team_cost_dollars_total', 'US dollars that requests cost, by team', ofTeam),
  },
  Providers: {
    attempts: counter(
      'auricle_upstream_attempts_total',
      'Calls of providers; outcome is success or the reason of the failure',
      [...ofDeployment, 'outcome'],
    ),
    attemptDuration: histogram(
      'auricle_upstream_duration_seconds',
      'How long calls of providers took, failed ones included',
      REQUEST_SECONDS,
      ofDeployment,
    ),
    deployment: gauge(
      'auricle_deployment_info',
      'Always 1: which deployments there are',
      [...ofDeployment, 'upstream_model', 'managed_by'],
      'max',
    ),
    enabled: gauge('auricle_deployment_enabled', '1 = may be asked, 0 = switched off', ofDeployment, 'max'),
    circuit: gauge(
      'auricle_deployment_circuit_state',
      '0 = closed, traffic flows; 1 = half open, the next request is a probe; 2 = open, left alone',
      ofDeployment,
      'max',
    ),
    inFlight: gauge('auricle_deployment_in_flight_requests', 'Calls that are under way', ofDeployment),
  },
  Ledger: {
    waitingRecords: gauge('auricle_ledger_waiting_records', 'Logs of this process that are not in the database yet'),
    oldestWaiting: gauge(
      'auricle_ledger_oldest_waiting_seconds',
      'For how long the writer has tried to write the oldest of them; 0 = there is none',
      [],
      'max',
    ),
    journalBytes: gauge('auricle_ledger_journal_bytes', 'What the journal takes on disk'),
    maxJournalBytes: gauge('auricle_ledger_journal_max_bytes', 'What it may take: JOURNAL_MAX_MB'),
    full: gauge(
      'auricle_ledger_full',
      '1 = no more logs can be kept, so that new requests get a 503; else 0',
      [],
      'max',
    ),
    batchDuration: histogram(
      'auricle_ledger_batch_duration_seconds',
      'How long it took to write a batch of logs to the database',
      BATCH_SECONDS,
    ),
    rowsWritten: counter('auricle_ledger_rows_written_total', 'Logs that were written to the database'),
    damagedRecords: counter(
      'auricle_ledger_damaged_records_total',
      'Stretches of the journal that could not be read, and were set aside in damaged.log',
    ),
    reducedRecords: counter(
      'auricle_ledger_reduced_records_total',
      'Logs that the database has refused for what is in them, and that were written without it',
    ),
    refusedRecords: counter(
      'auricle_ledger_refused_records_total',
      'Logs that the database has refused even so, and that were set aside in refused.log',
    ),
    deleted: counter(
      'auricle_ledger_deleted_total',
      'What this process has deleted because it was kept no longer than the privacy of its key, team or gateway says; what is logs or transcripts',
      ['what'],
    ),
    databaseUp: gauge(
      'auricle_database_up',
      '1 = the database has answered when it was last asked, 0 = it has not',
      [],
      'min',
    ),
    redisUp: gauge('auricle_redis_up', 'The same of Redis; absent without REDIS_URL', [], 'min'),
  },
  Webhooks: {
    alertAttempts: counter(
      'auricle_alert_attempts_total',
      'Attempts to deliver alerts; outcome is delivered, retried (it is tried again) or failed (it is tried no more)',
      ['outcome'],
    ),
    pendingAlerts: gauge(
      'auricle_alert_deliveries_pending',
      'Deliveries that wait to be sent, by whichever gateway, as they were ten seconds ago at most',
      [],
      'max',
    ),
    waitingEvents: gauge('auricle_alert_events_waiting', 'Events in memory that are not in the database yet'),
    droppedEvents: counter(
      'auricle_alert_events_dropped_total',
      'Events that were dropped, because too many waited for the database, or because it refuses them',
    ),
  },
  Uploads: {
    uploadMemory: gauge('auricle_upload_memory_bytes', 'What uploads that are being served take in memory'),
    maxUploadMemory: gauge('auricle_upload_memory_max_bytes', 'What they may take: UPLOAD_MEMORY_MB'),
    uploadDisk: gauge('auricle_upload_disk_bytes', 'What uploads that are being served take in files'),
  },
  Build: {
    build: gauge(
      'auricle_build_info',
      'Always 1: the version of the gateway and of Node',
      ['version', 'node_version'],
      'max',
    ),
  },
} as const satisfies Record<string, Record<string, MetricFacts>>;

/** What a gateway of several workers tells of them, beside what they tell together. */
export const workerMetrics = {
  workers: gauge('auricle_workers', 'How many workers there are to be: WORKERS'),
  up: gauge('auricle_workers_up', 'How many of them serve'),
  restarts: counter('auricle_worker_restarts_total', 'Workers that have ended, and were started again'),
  missed: counter(
    'auricle_worker_metrics_missed_total',
    'Workers that did not tell their metrics within a second: of them is told what they had counted the time before',
  ),
} as const satisfies Record<string, MetricFacts>;
