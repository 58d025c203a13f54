import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import type { Task, TranscriptionEvent, TranscriptionResult } from '../domain/transcription.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Deadline } from '../http/deadline.js';
import { LedgerWriter } from '../logging/ledger/ledger.writer.js';
import { Catalogue } from '../models/catalogue.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { DeploymentCosts } from '../routing/deployment-costs.js';
import { ModelAccess } from '../routing/model-access.js';
import { Router } from '../routing/router.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { setDeploymentHeaders, setTotalHeaders } from './answer-headers.js';
import { toClientError } from './client-error.js';
import { synthesiseEvents } from './formats/event-stream.js';
import { renderAnswer } from './formats/render-answer.js';
import { LogDraft } from './log-draft.js';
import { modelToFail } from './mock-testing-fallbacks.js';
import { RecordingByAddress } from './recording-by-address/recording-by-address.js';
import { RecordingSource } from './recording-by-address/recording-source.js';
import { requestTimeoutMs } from './deadline-length.js';
import type { Run } from './run.js';
import { RunningRequests } from './running-requests.js';
import { StreamAnswer } from './stream-answer.js';
import { parseTranscriptionForm, readTimeoutHeader } from './transcription-form.js';
import { TwoStepTranslation, type Answered } from './two-step-translation/two-step-translation.js';
import { warningsOfDropped, warningsOfFallbacks } from './warnings.js';

/** What the ledger needs of an answer. */
type Settled = Pick<TranscriptionResult, 'text' | 'language' | 'usage'>;

/** One audio request, told top-down: receive, understand, measure, plan, execute, settle, answer. */
@Injectable()
export class TranscriptionsService implements OnModuleDestroy {
  private readonly running = new RunningRequests();

  constructor(
    private readonly uploads: UploadReceiver,
    private readonly access: ModelAccess,
    private readonly router: Router,
    private readonly execution: TwoStepTranslation,
    private readonly byAddress: RecordingByAddress,
    private readonly costs: DeploymentCosts,
    private readonly fetcher: RecordingFetcher,
    private readonly ledger: LedgerWriter,
    private readonly catalogue: Catalogue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Serves an authenticated request whose body has not been read yet, and leaves exactly one log.
   * @throws GatewayError when nothing has been sent yet; an error inside a stream is sent as its last event
   */
  async serve(task: Task, caller: Caller, http: Request, response: Response): Promise<void> {
    this.refuseWhenLedgerIsFull();
    using _running = this.running.enter();
    const { routing } = this.catalogue;
    const deadline = new Deadline(response, 1000 * routing.request_timeout_seconds, this.clock);
    const log = new LogDraft(task, caller, http);
    try {
      await using form = await this.uploads.receive(http, response, { signal: deadline.signal });
      await using recording = new RecordingSource(this.fetcher, this.uploads);
      log.received(form);
      const { request, wishes } = parseTranscriptionForm(task, form);
      log.understood(request);
      const failModel = modelToFail(caller, request, wishes, routing);
      const { routing: ofModel } = this.access.resolve(caller, request.model);
      const wishedMs = readTimeoutHeader(http.headers['x-auricle-timeout-ms']) ?? wishes.timeoutMs;
      deadline.move(requestTimeoutMs({ wishedMs, stream: request.stream, ofModel, ofGateway: routing }));
      const { durationSeconds } = await request.audio.probe();
      log.measured(durationSeconds);
      const run = { caller, request, wishes, durationSeconds, deadline, failModel, log, recording };
      const plan = this.router.plan(run);
      log.planned(plan);
      log.warnings.push(...warningsOfFallbacks(plan, wishes));
      const answered =
        request.url === undefined ? await this.execution.answer(plan, run) : await this.byAddress.answer(plan, run);
      await this.send(answered, run, response);
    } catch (thrown) {
      this.fail(toClientError(thrown, deadline.signal, http), log, response);
    }
  }

  /** A request that was cut off leaves its log a moment after its connection; the ledger is flushed after this. */
  async onModuleDestroy(): Promise<void> {
    await this.running.whenIdle();
  }

  /** Settles what was answered, and sends it: whole or as events. */
  private async send(answered: Answered, run: Run, response: Response): Promise<void> {
    const { candidate, durationSeconds } = answered;
    const { deployment } = candidate;
    const { log, deadline } = run;
    const settle = (settled: Settled): void => {
      // What two steps cost is on the sheet already.
      if (!candidate.chained) log.spent(candidate, this.costs.costOf(deployment, settled, durationSeconds));
      this.ledger.append(log.succeeded(deployment, settled));
    };
    log.warnings.push(...warningsOfDropped(candidate));
    setDeploymentHeaders(response, deployment, log);
    if ('events' in answered) {
      await sendEvents(answered.events, response, deadline.signal, settle);
      return;
    }
    // What was left out for the deployment cannot be in its answer.
    const { include, granularities } = candidate.request;
    const request = { ...run.request, include, granularities };
    // The formats need a length; where the provider reports none, ours is as good.
    const result = { ...answered.result, durationSeconds: answered.result.durationSeconds ?? durationSeconds };
    if (request.stream && candidate.delivery === 'synthesised') {
      await sendEvents(withResult(synthesiseEvents(result, request), result), response, deadline.signal, settle);
      return;
    }
    if (request.stream) log.warnings.push(`stream was not applied: ${request.responseFormat} has no event form`);
    const { contentType, body } = renderAnswer(result, request);
    deadline.signal.throwIfAborted();
    settle(result);
    setTotalHeaders(response, log);
    response.status(200).setHeader('content-type', contentType);
    response.end(body);
  }

  /** @throws GatewayError the same, when nothing has been sent yet */
  private fail(error: GatewayError, log: LogDraft, response: Response): void {
    const sent = response.headersSent;
    // A log made earlier stands: the client left while the last bytes were on their way.
    if (!log.isClosed) this.ledger.append(log.failed(error, sent ? response.statusCode : error.status));
    if (!sent) {
      if (log.lastTried) setDeploymentHeaders(response, log.lastTried, log);
      throw error;
    }
    if (!response.destroyed) new StreamAnswer(response).fail(error);
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

/** Sends events as they come; the ledger has the log before the client can see the last one. */
async function sendEvents(
  events: AsyncIterable<TranscriptionEvent> | Iterable<TranscriptionEvent>,
  response: Response,
  signal: AbortSignal,
  settle: (settled: Settled) => void,
): Promise<void> {
  const answer = new StreamAnswer(response);
  for await (const event of events) {
    signal.throwIfAborted();
    if (event.type === 'done') settle(event);
    await answer.send(event.data, signal);
  }
  answer.end();
}

/** What the provider said of the whole, for the ledger, on the last event that is made from it. */
function* withResult(events: Iterable<TranscriptionEvent>, result: TranscriptionResult): Iterable<TranscriptionEvent> {
  for (const event of events) {
    yield event.type === 'done' ? { ...event, language: result.language, usage: result.usage } : event;
  }
}
