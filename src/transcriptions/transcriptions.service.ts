import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { Caller } from '../domain/caller.js';
import type { Deployment } from '../domain/deployment.js';
import { badRequest, ClientGoneError, GatewayError, ProviderError } from '../domain/errors.js';
import { formatUsd } from '../domain/money.js';
import type { Task, TranscriptionEvent, TranscriptionResult } from '../domain/transcription.js';
import { toGatewayError } from '../http/errors/openai-error.filter.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Deadline } from '../http/deadline.js';
import { LedgerWriter } from '../logging/ledger/ledger.writer.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { answerFailure } from '../routing/failure-answer.js';
import { mayBeBilled } from '../routing/failures.js';
import type { Candidate } from '../routing/candidate.js';
import { costOf } from '../routing/deployment-cost.js';
import { ModelAccess } from '../routing/model-access.js';
import { Router, type Plan } from '../routing/router.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { synthesiseEvents } from './formats/event-stream.js';
import { renderAnswer } from './formats/render-answer.js';
import { PlanRunner, type Run } from './plan-runner.js';
import { RecordingSource } from './recording-source.js';
import { RequestRecord } from './request-record.js';
import { StreamAnswer } from './stream-answer.js';
import { parseTranscriptionForm, readTimeoutHeader, type ClientWishes } from './transcription-form.js';

/** One audio request, told top-down: receive, understand, plan, execute, settle, record, answer. */
@Injectable()
export class TranscriptionsService implements OnModuleDestroy {
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly uploads: UploadReceiver,
    private readonly access: ModelAccess,
    private readonly router: Router,
    private readonly runner: PlanRunner,
    private readonly fetcher: RecordingFetcher,
    private readonly ledger: LedgerWriter,
    private readonly catalogue: Catalogue,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'store_transcripts'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Serves an authenticated request whose body has not been read yet, and leaves exactly one ledger row.
   * @throws GatewayError when nothing has been sent yet; an error inside a stream is sent as its last event
   */
  async serve(task: Task, caller: Caller, http: Request, response: Response): Promise<void> {
    const serving = this.tell(task, caller, http, response);
    this.running.add(serving);
    try {
      await serving;
    } finally {
      this.running.delete(serving);
    }
  }

  /** A request that was cut off leaves its row a moment after its connection; the ledger is flushed after this. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private async tell(task: Task, caller: Caller, http: Request, response: Response): Promise<void> {
    const deadline = new Deadline(response, 1000 * this.catalogue.routing.request_timeout_seconds, this.clock);
    const { signal } = deadline;
    const record = new RequestRecord(task, caller, http);
    this.refuseWhenLedgerIsFull();
    try {
      await using form = await this.uploads.receive(http, response, { signal });
      await using recording = new RecordingSource(this.fetcher, this.uploads);
      record.received(form);
      const { request, wishes } = parseTranscriptionForm(task, form);
      record.understood(request);
      this.refuseMock(caller, wishes);
      const model = this.access.resolve(caller, request.model);
      deadline.move(this.timeoutFor(model, request.stream, http, wishes));
      const { durationSeconds } = await request.audio.probe();
      record.measured(durationSeconds);
      const plan = this.router.plan({ caller, request, durationSeconds, wishes });
      record.planned(plan);
      warnOfFallbacks(plan, wishes, record);
      const failModel = wishes.mockFallbacks ? request.model : undefined;
      const run = { caller, request, wishes, durationSeconds, deadline, failModel, record, recording };
      await this.execute(plan, run, response);
    } catch (thrown) {
      const error = withReason(signal, thrown, http);
      const sent = response.headersSent;
      // A row made earlier stands: the client left while the last bytes were on their way.
      if (!record.isClosed) {
        this.ledger.append(record.failed(error, sent ? response.statusCode : error.status, mayBeBilled));
      }
      if (!sent) {
        if (record.lastTried) setFacts(response, record.lastTried, record);
        throw error;
      }
      if (!response.destroyed) new StreamAnswer(response).fail(error);
    }
  }

  private async execute(plan: Plan, run: Run, response: Response): Promise<void> {
    const { record } = run;
    const { signal } = run.deadline;
    const executed = await this.runner.run(plan, run);
    const { candidate, durationSeconds } = executed;
    // What was left out for the deployment cannot be in its answer.
    const { include, granularities } = candidate.request;
    const request = { ...run.request, include, granularities };
    const settle = (result: Settled): void => {
      // What a chain cost is on the sheet already.
      if (!candidate.chained) record.spent(candidate, costOf(candidate, result, durationSeconds));
      this.ledger.append(record.succeeded(candidate.deployment, result, this.settings.store_transcripts));
    };
    warnOfDropped(candidate, record);
    setFacts(response, candidate.deployment, record);
    if ('events' in executed) {
      await this.sendEvents(executed.events, response, signal, settle);
      return;
    }
    // The formats need a length; where the provider reports none, ours is as good.
    const result = { ...executed.result, durationSeconds: executed.result.durationSeconds ?? durationSeconds };
    if (request.stream && candidate.delivery === 'synthesised') {
      await this.sendEvents(withResult(synthesiseEvents(result, request), result), response, signal, settle);
      return;
    }
    if (request.stream) record.warnings.push(`stream was not applied: ${request.responseFormat} has no event form`);
    const { contentType, body } = renderAnswer(result, request);
    signal.throwIfAborted();
    settle(result);
    setTotals(response, record);
    response.status(200).setHeader('content-type', contentType);
    response.end(body);
  }

  /** Sends events as they come; the ledger has the row before the client can see the last one. */
  private async sendEvents(
    events: AsyncIterable<TranscriptionEvent> | Iterable<TranscriptionEvent>,
    response: Response,
    signal: AbortSignal,
    settle: (result: Settled) => void,
  ): Promise<void> {
    const answer = new StreamAnswer(response);
    for await (const event of events) {
      signal.throwIfAborted();
      if (event.type === 'done') settle(event);
      await answer.send(event.data, signal);
    }
    answer.end();
  }

  /** The client's deadline within the gateway's maximum, else the model's, else the gateway's. */
  private timeoutFor(model: CatalogueModel, stream: boolean, http: Request, wishes: ClientWishes): number {
    const { routing } = this.catalogue;
    const wished = readTimeoutHeader(http.headers['x-auricle-timeout-ms']) ?? wishes.timeoutMs;
    if (wished !== undefined) return Math.min(wished, 1000 * routing.max_request_timeout_seconds);
    const ofStreams = stream ? routing.stream_request_timeout_seconds : undefined;
    return 1000 * (model.routing.timeout_seconds ?? ofStreams ?? routing.request_timeout_seconds);
  }

  /**
   * Failing on purpose is for administrators, unless the gateway allows it to everybody.
   * @throws GatewayError 400: whoever asks for it would take an answer without it for a proof
   */
  private refuseMock(caller: Caller, { mockFallbacks }: ClientWishes): void {
    if (!mockFallbacks || caller.kind === 'master_key' || this.catalogue.routing.mock_testing_fallbacks) return;
    throw badRequest(
      "Invalid 'mock_testing_fallbacks': it needs the master key, or the gateway's setting MOCK_TESTING_FALLBACKS",
      'mock_testing_fallbacks',
      'invalid_value',
    );
  }

  private refuseWhenLedgerIsFull(): void {
    if (!this.ledger.isFull) return;
    throw new GatewayError({
      status: 503,
      message: 'The gateway cannot record requests at the moment. Please try again later.',
      type: 'server_error',
      code: 'ledger_unavailable',
      headers: { 'retry-after': '5' },
    });
  }
}

/** What the ledger needs of an answer. */
type Settled = Pick<TranscriptionResult, 'text' | 'language' | 'usage'>;

/** What the provider said of the whole, for the ledger, on the last event that is made from it. */
function* withResult(events: Iterable<TranscriptionEvent>, result: TranscriptionResult): Iterable<TranscriptionEvent> {
  for (const event of events) {
    yield event.type === 'done' ? { ...event, language: result.language, usage: result.usage } : event;
  }
}

/** Once the signal has fired, whatever was thrown is only its consequence. */
function withReason(signal: AbortSignal, thrown: unknown, http: Request): GatewayError {
  if (signal.reason instanceof ClientGoneError || thrown instanceof ClientGoneError) {
    return new GatewayError({
      status: 499,
      message: 'The client closed the connection',
      code: 'client_closed_request',
    });
  }
  if (signal.aborted && !(thrown instanceof GatewayError)) {
    return new GatewayError({
      status: 504,
      message: 'The request did not end before its deadline.',
      type: 'server_error',
      code: 'timeout',
      headers: { 'x-should-retry': 'false' },
    });
  }
  // A provider's answer that turns out to be unusable when the format is made from it.
  return thrown instanceof ProviderError ? answerFailure(thrown) : toGatewayError(thrown, http);
}

/** A fallback that the client has named and that will not be tried is not passed over in silence. */
function warnOfFallbacks({ leftOut }: Plan, { fallbacks = [] }: ClientWishes, record: RequestRecord): void {
  for (const { model, deployment_id, explanation } of leftOut) {
    if (deployment_id === null && fallbacks.includes(model))
      record.warnings.push(`fallback '${model}': ${explanation}`);
  }
}

/** Nothing is dropped silently, not even by request. */
function warnOfDropped({ deployment, dropped }: Candidate, record: RequestRecord): void {
  if (dropped.length === 0) return;
  const { provider, upstreamModel } = deployment;
  record.warnings.push(`not applied, because ${provider}/${upstreamModel} does not know it: ${dropped.join(', ')}`);
}

function setFacts(response: Response, deployment: Deployment, record: RequestRecord): void {
  response.setHeader('x-auricle-provider', deployment.provider);
  response.setHeader('x-auricle-deployment', deployment.id);
  response.setHeader('x-auricle-model', headerSafe(deployment.model));
  response.setHeader('x-auricle-attempts', String(Math.max(record.attemptCount, 1)));
  setWarnings(response, record);
}

function setWarnings(response: Response, { warnings }: RequestRecord): void {
  if (warnings.length > 0) response.setHeader('x-auricle-warning', headerSafe(warnings.join('; ')));
}

function setTotals(response: Response, record: RequestRecord): void {
  const { costNanoUsd } = record.costs.total();
  if (costNanoUsd !== null) response.setHeader('x-auricle-cost-usd', formatUsd(costNanoUsd));
  response.setHeader('x-auricle-provider-ms', String(record.providerLatencyMs));
  response.setHeader('x-auricle-overhead-ms', String(Math.max(record.latencyMs - record.providerLatencyMs, 0)));
  setWarnings(response, record);
}

function headerSafe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
