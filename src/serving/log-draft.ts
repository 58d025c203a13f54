import type { Request } from 'express';
import type { AudioFacts, AudioSource } from '../domain/audio-source.js';
import type { CacheFacts } from '../domain/cache-status.js';
import type { Caller } from '../domain/caller.js';
import type { GatewayError } from '../domain/errors.js';
import { STRICTEST, type Privacy } from '../domain/privacy.js';
import type { Redactor } from '../domain/redaction/redactor.js';
import { warningsOfRetirement } from '../domain/retirement.js';
import type { Task } from '../domain/task.js';
import type { Clock } from '../http/clock.js';
import type { AnswerFacts, AnsweringDeployment } from '../http/door.js';
import type { AttemptTrace } from '../http/request-trace.js';
import type { ServedFacts } from '../http/served-request.js';
import type { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import type { LogEntry } from '../ledger/entry/log-entry.js';
import type { EndedAttempt } from '../routing/execution.js';
import type { Plan } from '../routing/router.js';
import { answerFacts } from './answer-facts.js';
import { AttemptList } from './attempt-list.js';
import type { CallerFacts } from './caller-facts.js';
import { CostSheet } from './cost-sheet.js';
import { draftedLog, type DraftedRequest } from './drafted-log.js';
import { keptLog } from './kept-log.js';
import { maskedLog } from './masked-log.js';
import { answered, failedWith, LOST, type RequestEnd, type Settled } from './request-end.js';
import { type AskedFacts, nothingKnown } from './request-facts.js';
import { RequestStages } from './request-stages.js';
import { servedFacts } from './served-facts.js';
import type { Today } from './today.js';

const MAX_MODEL_NAME = 200;

/** Is told what becomes known of a request while it is served, and makes its log at the end. */
export class LogDraft {
  readonly warnings: string[] = [];
  /** What the calls that are billed cost. */
  readonly costs = new CostSheet();
  private readonly facts = nothingKnown();
  private readonly attempts: AttemptList;
  private readonly stages: RequestStages;
  private redactor: Redactor | undefined;
  private privacy: Privacy = STRICTEST;
  private begun = false;
  private closed = false;
  /** The process log waits for it. */
  private tellServed: (facts: ServedFacts) => void = () => undefined;

  constructor(
    private readonly task: Task,
    private readonly caller: Caller,
    private readonly http: Pick<
      Request,
      'requestId' | 'receivedAtMs' | 'clientAddress' | 'headers' | 'served' | 'keepsNothing' | 'trace'
    >,
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly ledger: Pick<LedgerWriter, 'open' | 'append' | 'keepsTranscripts'>,
    private readonly today: Today,
  ) {
    this.attempts = new AttemptList(http.receivedAtMs);
    this.stages = new RequestStages(clock, http.trace);
    http.served = new Promise((resolve) => (this.tellServed = resolve));
    this.stages.enter('receive');
  }

  /** The request's id, and the log's. */
  get id(): string {
    return this.http.requestId;
  }

  /** For whom the client says that it asks; null = nobody was named. */
  get endUser(): string | null {
    return this.facts.ofCaller.endUser;
  }

  /** What masks the words in the log; undefined = nothing. */
  masked(redactor: Redactor | undefined): void {
    this.redactor = redactor;
  }

  /** What may be kept of the request; before it is said, nothing. */
  keeps(privacy: Privacy): void {
    this.privacy = privacy;
    this.http.keepsNothing = privacy.zero_retention;
  }

  /** Whether the words of an answer are kept. */
  get keepsWords(): boolean {
    const { keep_transcripts, zero_retention } = this.privacy;
    return this.ledger.keepsTranscripts && keep_transcripts && !zero_retention;
  }

  /** The last byte of the body has come. */
  uploaded(): void {
    this.facts.uploadMs = this.latencyMs;
    this.stages.leave('receive');
  }

  /** The body has arrived; what it says is not checked yet. */
  received({ model, audio }: { readonly model?: string; readonly audio?: Pick<AudioSource, 'sizeBytes'> }): void {
    this.facts.model = model && model.length <= MAX_MODEL_NAME ? model : null;
    this.facts.audioBytes = audio?.sizeBytes ?? null;
  }

  /** There is such a model as the body names for the caller. */
  resolved(): void {
    this.facts.modelKnown = true;
  }

  /** What the caller says of its request; said again, it takes the place of what was said before. */
  noted(facts: CallerFacts): void {
    this.facts.ofCaller = facts;
  }

  /** The request has been understood. */
  understood(asked: AskedFacts): void {
    this.facts.asked = asked;
  }

  /** The audio is about to be measured. */
  measuring(): void {
    this.stages.enter('probe');
  }

  /** The length of the audio has been measured, as far as it can be. */
  measured({ durationSeconds, durationMethod, warning }: AudioFacts): void {
    const tookMs = this.stages.leave('probe');
    if (tookMs !== undefined) this.facts.probeMs = (this.facts.probeMs ?? 0) + Math.round(tookMs);
    this.facts.audioSeconds = durationSeconds ?? null;
    this.facts.durationMethod = durationMethod ?? null;
    if (warning) this.warnings.push(warning);
  }

  /** So many seconds of speech have come, as far as they tell. */
  spoke(seconds: number | undefined): void {
    this.facts.outputAudioSeconds = seconds ?? null;
  }

  /** The recording has been fetched from its address. */
  fetched(audio: AudioSource, facts: AudioFacts): void {
    this.facts.audioBytes = audio.sizeBytes;
    this.measured(facts);
  }

  /** What the cache has to do with it, and whose answer is looked for there, where the client has laid out who is asked. */
  lookedUp(cache: CacheFacts | undefined, target?: string): void {
    this.facts.cache = cache;
    this.facts.target = target;
  }

  /** The deployments are about to be chosen. */
  planning(): void {
    this.stages.enter('plan');
  }

  /**
   * What will be tried, and what will not and why.
   * @param features as in the log; absent = those that were told before
   */
  planned({ candidates, leftOut }: Plan, features: readonly string[] | undefined = this.facts.plan?.features): void {
    this.stages.leave('plan');
    this.facts.plan = {
      candidates: candidates.map(({ deployment, native }) => ({
        model: deployment.model,
        deployment_id: deployment.id,
        format: native ? 'native' : 'synthesised',
      })),
      left_out: [...leftOut],
      ...(features && { features: [...features] }),
    };
  }

  /**
   * A provider is about to be called, this one first: from here on the request leaves a log also when the gateway is killed.
   * @throws GatewayError 503 when that cannot be recorded
   */
  async begin(first: AnsweringDeployment): Promise<void> {
    if (this.begun) return;
    this.begun = true;
    this.facts.deployment = first;
    this.stages.enter('ledger');
    await this.ledger.open({ ...keptLog(draftedLog(this.drafted, LOST), this.privacy), costNanoUsd: null });
    this.stages.leave('ledger');
  }

  /**
   * The request is about to be sent to this deployment, for this target of the client's plan.
   * @returns its span, where the request is traced
   */
  sentTo(deployment: AnsweringDeployment, target?: string): AttemptTrace | undefined {
    this.facts.deployment = deployment;
    this.facts.target = target;
    this.attempts.begin();
    return this.traceCall();
  }

  /** Something that is no deployment is about to be called. @returns its span, where the request is traced */
  traceCall(): AttemptTrace | undefined {
    return this.http.trace?.attempt(this.clock.nowMs());
  }

  /** An attempt has ended; it is billed whatever happens next. */
  attempted(ended: EndedAttempt): void {
    this.attempts.end(ended);
    const { attempt, task, cost, times } = ended;
    if (times.answeredAtMs !== undefined) this.http.trace?.stage('render', times.answeredAtMs, times.endedAtMs);
    if (!cost) return;
    const { provider, upstream_model: upstreamModel, outcome } = attempt;
    this.costs.add({ step: task, provider, upstreamModel, cost });
    const { warning } = cost;
    if (warning && outcome === 'success' && !this.warnings.includes(warning)) this.warnings.push(warning);
  }

  /** The first part of a body that comes as it is made is about to be sent; the later ones do not count. */
  answering(): void {
    this.facts.firstByteMs ??= this.latencyMs;
  }

  /** The deployment of the latest attempt. */
  get lastTried(): AnsweringDeployment | undefined {
    return this.facts.deployment;
  }

  /** Whether a provider has been called that may bill for it, or has not told yet. */
  get mayBeBilled(): boolean {
    return !this.costs.isEmpty || this.attempts.isOneUnderWay;
  }

  /** Whether the log has been made; there is only one. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Says, once, that the provider ends the model of the deployment whose answer it is, where that is near. */
  warnOfEnd(deployment: AnsweringDeployment): void {
    for (const warning of warningsOfRetirement(deployment, this.today.date())) {
      if (!this.warnings.includes(warning)) this.warnings.push(warning);
    }
  }

  /** What can be told of an answer by a deployment, once one has been asked. */
  answerFacts(deployment: AnsweringDeployment): AnswerFacts {
    return answerFacts(this.drafted, deployment);
  }

  /** The log of an answered request, all of whose attempts have ended. */
  succeeded(deployment: AnsweringDeployment, result: Settled): LogEntry {
    this.facts.deployment = deployment;
    this.warnOfEnd(deployment);
    return this.closedAs(answered(result));
  }

  /** The log of a request that got an error. `httpStatus` is what was sent, which differs once a stream has begun. */
  failed(error: GatewayError, httpStatus: number): LogEntry {
    if (this.lastTried) this.warnOfEnd(this.lastTried);
    return this.closedAs(failedWith(error, httpStatus));
  }

  /** Hands what may be kept of the log to the ledger, with masks in it. @throws as {@link LedgerWriter.append} */
  async append(entry: LogEntry): Promise<void> {
    this.stages.enter('ledger');
    await this.ledger.append(await maskedLog(keptLog(entry, this.privacy), this.redactor));
    this.stages.leave('ledger');
  }

  private closedAs(end: RequestEnd): LogEntry {
    this.closed = true;
    this.stages.leaveAny();
    const entry = draftedLog(this.drafted, end);
    this.tellServed(servedFacts(entry));
    this.http.trace?.logged(entry);
    return entry;
  }

  /** Time since the request's headers were read, in whole milliseconds. */
  private get latencyMs(): number {
    return Math.round(this.clock.nowMs() - this.http.receivedAtMs);
  }

  private get drafted(): DraftedRequest {
    const { task, caller, http, facts, attempts, costs, warnings, latencyMs } = this;
    return { task, caller, http, facts, attempts, costs, warnings, latencyMs };
  }
}
