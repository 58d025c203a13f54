import type { Request } from 'express';
import type { Caller } from '../domain/caller.js';
import type { AudioSource } from '../domain/audio-source.js';
import type { Deployment } from '../domain/deployment.js';
import type { GatewayError } from '../domain/errors.js';
import type { Attempt } from '../domain/attempt.js';
import type { NanoUsd } from '../domain/money.js';
import type { LoggedPlan } from '../domain/plan.js';
import { timeOf } from '../http/request-id.js';
import type { Task, TranscriptionRequest, TranscriptionResult } from '../domain/transcription.js';
import type { LogEntry, RequestStatus } from '../logging/ledger/log-entry.js';
import type { Cost } from '../pricing/cost.js';
import type { Candidate } from '../routing/candidate.js';
import { mayBeBilled } from '../routing/failure-rules.js';
import type { Plan } from '../routing/router.js';
import { CostSheet } from './cost-sheet.js';
import type { FormFields } from './transcription-form.js';

const MAX_TEXT = 500;

/** Gathers what becomes known of a request while it is served, and makes its log at the end. */
export class LogDraft {
  readonly warnings: string[] = [];
  /** What the calls that were answered cost. */
  readonly costs = new CostSheet();
  private readonly attempts: Attempt[] = [];
  private readonly startedAt = performance.now();
  private attemptsBegun = 0;
  private closed = false;
  private model: string | null = null;
  private audioBytes: number | null = null;
  private audioSeconds: number | null = null;
  private request: TranscriptionRequest | undefined;
  private deployment: Deployment | undefined;
  private plan: LoggedPlan | null = null;

  constructor(
    private readonly task: Task,
    private readonly caller: Caller,
    private readonly http: Pick<Request, 'requestId' | 'ip' | 'headers'>,
  ) {}

  /** The upload has arrived; its fields are not checked yet. */
  received({ fields, audio }: FormFields): void {
    const model = fields.get('model')?.[0];
    this.model = model && model.length <= 200 ? model : null;
    this.audioBytes = audio?.sizeBytes ?? null;
  }

  /** The request has been understood. */
  understood(request: TranscriptionRequest): void {
    this.request = request;
  }

  /** The length of the audio has been measured. */
  measured(durationSeconds: number | undefined): void {
    this.audioSeconds = durationSeconds ?? null;
  }

  /** The recording has been fetched from its address. */
  fetched(audio: AudioSource, durationSeconds: number | undefined): void {
    this.audioBytes = audio.sizeBytes;
    this.measured(durationSeconds);
  }

  /** What will be tried, and what will not and why. */
  planned({ candidates, leftOut }: Plan): void {
    this.plan = {
      candidates: candidates.map(({ deployment, format }) => ({
        model: deployment.model,
        deployment_id: deployment.id,
        format: format.mode,
      })),
      left_out: [...leftOut],
    };
  }

  /** The request is about to be sent to this deployment. */
  sentTo(deployment: Deployment): void {
    this.deployment = deployment;
    this.attemptsBegun += 1;
  }

  attempted(attempt: Attempt): void {
    this.attempts.push(attempt);
  }

  /** A deployment has answered, which will be billed whatever happens next. */
  spent({ request, deployment }: Candidate, cost: Cost): void {
    const { provider, upstreamModel } = deployment;
    this.costs.add({ step: request.task, provider, upstreamModel, cost });
    if (cost.warning) this.warnings.push(cost.warning);
  }

  /** The deployment of the latest attempt. */
  get lastTried(): Deployment | undefined {
    return this.deployment;
  }

  /** Attempts so far, also those that have not ended. */
  get attemptCount(): number {
    return this.attemptsBegun;
  }

  /** Whether the log has been made; there is only one. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Sum of the attempts' times, in whole milliseconds. */
  get providerLatencyMs(): number {
    return this.attempts.reduce((sum, attempt) => sum + attempt.latency_ms, 0);
  }

  /** Time since the request's headers were read, in whole milliseconds. */
  get latencyMs(): number {
    return Math.round(performance.now() - this.startedAt);
  }

  /** The log of an answered request, all of whose costs are on the sheet. */
  succeeded(deployment: Deployment, result: Pick<TranscriptionResult, 'text' | 'language' | 'usage'>): LogEntry {
    this.deployment = deployment;
    const cost = this.costs.total();
    return this.toEntry({
      status: 'success',
      httpStatus: 200,
      costNanoUsd: cost.costNanoUsd,
      costSteps: cost.steps,
      measuredCostNanoUsd: cost.measuredCostNanoUsd,
      usageSource: cost.source,
      usage: result.usage ?? null,
      language: result.language ?? this.request?.language ?? null,
      transcript: result.text,
    });
  }

  /** The log of a request that got an error. `httpStatus` is what was sent, which differs once a stream has begun. */
  failed(error: GatewayError, httpStatus: number): LogEntry {
    const status: RequestStatus = error.status === 499 ? 'cancelled' : callersFault(error) ? 'refused' : 'failure';
    return this.toEntry({
      status,
      httpStatus,
      errorCode: error.code,
      errorMessage: error.message.slice(0, MAX_TEXT),
      costNanoUsd: this.costOfFailure(),
    });
  }

  /** The one that answered; when none did, the latest. */
  private get decisiveAttempt(): Attempt | undefined {
    // The translation model's calls are attempts, too, and so is a transcription that it could not translate.
    const own = this.attempts.filter(({ deployment_id }) => deployment_id === this.deployment?.id);
    return own.find(({ outcome }) => outcome === 'success') ?? this.attempts.at(-1);
  }

  /** Unknown when the provider may bill an attempt of which no cost is known. */
  private costOfFailure(): NanoUsd | null {
    const billed = this.attempts.filter((attempt) => mayBeBilled(attempt.outcome)).length;
    return billed > this.costs.size ? null : this.costs.total().costNanoUsd;
  }

  private toEntry(end: {
    status: RequestStatus;
    httpStatus: number;
    costNanoUsd: NanoUsd | null;
    errorCode?: string | null;
    errorMessage?: string;
    costSteps?: LogEntry['costSteps'];
    measuredCostNanoUsd?: NanoUsd;
    usageSource?: LogEntry['usageSource'];
    usage?: LogEntry['usage'];
    language?: string | null;
    transcript?: string | null;
  }): LogEntry {
    this.closed = true;
    return {
      id: this.http.requestId,
      createdAt: timeOf(this.http.requestId),
      keyId: this.caller.kind === 'virtual_key' ? this.caller.keyId : null,
      keyName: this.caller.name,
      task: this.task,
      model: this.model,
      provider: this.deployment?.provider ?? null,
      deploymentId: this.deployment?.id ?? null,
      upstreamModel: this.deployment?.upstreamModel ?? null,
      upstreamRequestId: this.decisiveAttempt?.upstream_request_id ?? null,
      responseFormat: this.request?.responseFormat ?? null,
      stream: this.request?.stream ?? false,
      audioSeconds: this.audioSeconds,
      audioBytes: this.audioBytes,
      latencyMs: this.latencyMs,
      providerLatencyMs: this.attempts.length > 0 ? this.providerLatencyMs : null,
      attempts: this.attempts,
      plan: this.plan,
      warnings: this.warnings,
      clientIp: this.http.ip ?? null,
      userAgent: this.http.headers['user-agent']?.slice(0, MAX_TEXT) ?? null,
      ...end,
      errorCode: end.errorCode ?? null,
      errorMessage: end.errorMessage ?? null,
      costSteps: end.costSteps ?? null,
      measuredCostNanoUsd: end.measuredCostNanoUsd ?? null,
      usageSource: end.usageSource ?? null,
      usage: end.usage ?? null,
      language: end.language ?? this.request?.language ?? null,
      transcript: end.transcript ?? null,
    };
  }
}

function callersFault({ status }: GatewayError): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
