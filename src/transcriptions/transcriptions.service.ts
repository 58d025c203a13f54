import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AudioAllowance } from '../auth/client-tokens/audio-allowance.js';
import { Budgets } from '../budgets/budgets.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { AudioField } from '../domain/audio-source.js';
import { joinCacheWishes } from '../domain/cache-wish.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { hasEvents } from '../domain/format-plan.js';
import type { PreparedAnswer } from '../domain/prepared-answer.js';
import type { Retirement } from '../domain/retirement.js';
import { firstTarget, type TargetTree } from '../domain/target-tree.js';
import type {
  SpokenSegment,
  TranscriptionTask,
  TranscriptionEvent,
  TranscriptionResult,
} from '../domain/transcription.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Deadline } from '../http/deadline.js';
import type { AnsweringDeployment, AnswerFacts, Door } from '../http/door.js';
import { Limits } from '../limits/limits.service.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { Privacies } from '../privacy/privacies.service.js';
import { Redactions } from '../redaction/redactions.service.js';
import { ModelAccess } from '../routing/model-access.js';
import { Admission } from '../serving/admission.js';
import { setDeploymentHeaders, setFormatHeader, setTotalHeaders } from '../serving/answer-headers.js';
import { noteCallerFacts } from '../serving/caller-facts.js';
import { toClientError } from '../serving/client-error.js';
import { requestTimeoutMs } from '../serving/deadline-length.js';
import { readTimeoutHeader } from '../serving/timeout-header.js';
import { LogDraft } from '../serving/log-draft.js';
import type { Settled } from '../serving/request-end.js';
import { modelToFail } from '../serving/mock-testing-fallbacks.js';
import { settleFailure } from '../serving/settle-failure.js';
import { StreamAnswer } from '../serving/stream-answer.js';
import { Today } from '../serving/today.js';
import { warningsOfFallbacks } from '../serving/warnings.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { AnswerCache } from './cache/answer-cache.js';
import { offTurn, type CacheTurn } from './cache/cache-turn.js';
import { CACHE_HEADER, readCacheHeader } from './cache/cache-wish.reader.js';
import type { CacheHit } from './cache/cached-answer.js';
import { recorded } from './cache/recorded-stream.js';
import { featuresOf } from './candidates/request-features.js';
import { TranscriptionPlanner } from './candidates/transcription-planner.js';
import type { ExecutedTranscription } from './candidates/transcription-call.js';
import { fieldsOf, readAsked, type RequestTarget } from './asked-request.js';
import { understand } from './prepare-answer.js';
import { RecordingByAddress } from './recording-by-address/recording-by-address.js';
import { RecordingSource } from './recording-by-address/recording-source.js';
import { spokenSegments } from './formats/spoken-segments.js';
import { redactedEvents, redactedSpeakerEvents } from './redaction/redacted-events.js';
import { redactTranscript } from './redaction/redact-transcript.js';
import type { Run } from './run.js';
import { Transcoding } from './transcoding/transcoding.js';
import { warningsOfDropped, warningsOfOmitted, warningsOfSilence } from './warnings.js';

/** Why the cache has nothing to do with a request of which the client has laid out who is asked. */
const UNCERTAIN = 'the first target is chosen by chance, is not there, or has a key of the caller';

/** A body of ours, or one that was held against OpenAI's schema. */
const jsonAnswer = z.record(z.string(), z.unknown());

/** The end of a stream. */
type Done = Extract<TranscriptionEvent, { readonly type: 'done' }>;

/** An answer that is ready, and who has given it. */
interface Delivery {
  readonly deployment: AnsweringDeployment;
  readonly result: TranscriptionResult;
  readonly answer: PreparedAnswer;
  /** Why it does not come as events although the client asked for them. */
  readonly notStreamed?: string;
  /** Makes the log; called once, when all of the answer is known. */
  readonly settle: (settled: Settled) => Promise<void>;
}

/** One audio request, told top-down: receive, understand, measure, look up, plan, execute, settle, answer. */
@Injectable()
export class TranscriptionsService {
  constructor(
    private readonly admission: Admission,
    private readonly uploads: UploadReceiver,
    private readonly access: ModelAccess,
    private readonly allowance: AudioAllowance,
    private readonly budgets: Budgets,
    private readonly limits: Limits,
    private readonly redactions: Redactions,
    private readonly privacies: Privacies,
    private readonly planner: TranscriptionPlanner,
    private readonly execution: Transcoding,
    private readonly byAddress: RecordingByAddress,
    private readonly fetcher: RecordingFetcher,
    private readonly cache: AnswerCache,
    private readonly ledger: LedgerWriter,
    private readonly catalogue: Catalogue,
    private readonly today: Today,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'raw_exchanges'>,
  ) {}

  /**
   * Serves an authenticated request whose body has not been read yet, and leaves exactly one log.
   * @throws GatewayError when nothing has been sent yet; an error inside a stream is sent as its last event
   */
  async serve(task: TranscriptionTask, caller: Caller, http: Request, response: Response): Promise<void> {
    using _running = this.admission.enter();
    const { routing } = this.catalogue;
    const deadline = new Deadline(response, 1000 * routing.request_timeout_seconds, this.clock);
    const log = new LogDraft(task, caller, http, this.clock, this.ledger, this.today);
    let audioField: AudioField = 'file';
    using stream = new StreamAnswer(response, this.clock);
    try {
      const privacy = await this.privacies.of(caller, http.headers);
      log.keeps(privacy);
      noteCallerFacts(log, http);
      await using limited = await this.limits.enter(caller, { id: log.id, response, hearsAudio: true });
      const redactor = await this.redactions.of(caller);
      log.masked(redactor);
      const headerMs = readTimeoutHeader(http.headers['x-auricle-timeout-ms']);
      const ofHeader = readCacheHeader(http.headers[CACHE_HEADER]);
      const unknown = { stream: false, ofModel: {}, ofGateway: routing };
      // It counts while the body arrives, too.
      if (headerMs !== undefined) deadline.move(requestTimeoutMs({ wishedMs: headerMs, ...unknown }));
      const onReceived = (): void => {
        log.uploaded();
        log.measuring();
      };
      await using form = await this.uploads.receive(http, response, {
        signal: deadline.signal,
        onReceived,
        fileLimit: limited.maxFile,
      });
      await using recording = new RecordingSource(this.fetcher, this.uploads, limited.maxFile);
      const told = { audio: form.audio, fields: fieldsOf(form, http) };
      log.received({ model: told.fields.get('model')?.[0], audio: told.audio });
      const facts = (await told.audio?.probe()) ?? {};
      log.measured(facts);
      const { durationSeconds } = facts;
      noteCallerFacts(log, http, told.fields);
      const { fields } = told;
      const laidOut = await http.entrance?.plan({ fields, caller, providerKey: http.providerKey });
      const { request, wishes: ofForm, warnings, targets } = readAsked(task, told, http, laidOut);
      const ofPlan = laidOut?.cache ?? {};
      const wishes = { ...ofForm, cache: joinCacheWishes(ofHeader, joinCacheWishes(ofForm.cache ?? {}, ofPlan)) };
      log.understood(request);
      audioField = request.audio.field ?? 'file';
      log.warnings.push(...warnings);
      const failModel = modelToFail(caller, request.model, wishes, routing);
      // Whether there is such a model is found out for every target.
      const { model, path: target } = targets
        ? this.firstOf(caller, targets)
        : { model: this.access.resolve(caller, request.model), path: undefined };
      // Targets have models of their own, whatever the one is that the body names.
      if (!targets || this.access.find(caller, fields.get('model')?.[0] ?? '')) log.resolved();
      const { routing: ofModel = {} } = model ?? {};
      const wishedMs = headerMs ?? wishes.timeoutMs;
      deadline.move(requestTimeoutMs({ wishedMs, stream: request.stream, ofModel, ofGateway: routing }));
      const showsExchange = this.settings.raw_exchanges && http.entrance?.door?.showsExchange === true;
      const { zero_retention: zeroRetention } = privacy;
      const asked = { caller, request, targets, wishes, privacy, zeroRetention, durationSeconds };
      const run = { ...asked, deadline, failModel, showsExchange, redactor, log, recording, limited };
      using turn = await this.turnOf(run, model, stream);
      log.lookedUp(turn.facts, target);
      if (turn.hit) {
        await this.sendAgain(turn.hit, run, response, stream);
        return;
      }
      log.planning();
      const plan = this.planner.plan(run);
      log.planned(plan, featuresOf(request));
      log.warnings.push(...warningsOfFallbacks(plan, wishes));
      const recorded = { durationSeconds, field: audioField };
      await using _taken = await this.allowance.take(caller, recorded, () => log.mayBeBilled);
      const { candidates } = plan;
      await limited.takeAudio({ audioSeconds: durationSeconds, field: audioField }, () => log.mayBeBilled);
      const budgeted = { id: log.id, model: request.model, candidates, audioSeconds: durationSeconds, deadline };
      log.warnings.push(...(await this.budgets.reserve(caller, budgeted)));
      if (plan.candidates.some(({ delivery }) => delivery !== 'whole')) stream.keepAlive();
      const executed =
        request.url === undefined ? await this.execution.answer(plan, run) : await this.byAddress.answer(plan, run);
      await this.send(executed, run, turn, response, stream);
    } catch (thrown) {
      await this.fail(toClientError(thrown, deadline.signal, http, audioField), log, response, stream);
    }
  }

  /** The target that is asked first, and the model that it means; none of either where that is not certain. */
  private firstOf(
    caller: Caller,
    targets: TargetTree<RequestTarget>,
  ): { readonly model?: CatalogueModel; readonly path?: string } {
    const first = firstTarget(targets);
    if (!first) return {};
    const { path, access, request } = first;
    return { path, model: access ? undefined : this.access.find(caller, request.model) };
  }

  /** What the cache does; nothing where it is not certain who is asked, or where the caller pays for it. */
  private async turnOf(run: Run, model: CatalogueModel | undefined, stream: StreamAnswer): Promise<CacheTurn> {
    const { request, wishes, log } = run;
    if (model) {
      return await this.cache.turnOf(run, model, () => {
        if (request.stream && hasEvents(request.responseFormat)) stream.keepAlive();
      });
    }
    if (wishes.cache?.use || wishes.cache?.ttlSeconds !== undefined)
      log.warnings.push(`cache was not applied: ${UNCERTAIN}`);
    return offTurn;
  }

  /** Settles what was answered, and sends it: whole or as events. */
  private async send(
    executed: ExecutedTranscription,
    run: Run,
    turn: CacheTurn,
    response: Response,
    stream: StreamAnswer,
  ): Promise<void> {
    const { log, deadline } = run;
    const { candidate } = executed;
    const { deployment, wanted: request } = candidate;
    log.understood(request);
    const isOwn = candidate.native && candidate.delivery !== 'synthesised';
    setFormatHeader(response, isOwn ? 'native' : 'synthesised');
    // What another target was asked is another question.
    const keep = request === run.request ? turn.keep : undefined;
    const settle = (settled: Settled): Promise<void> => log.append(log.succeeded(deployment, settled));
    const redactor = run.redactor?.isInAnswer ? run.redactor : undefined;
    const omitted = 'events' in executed ? (redactor ? request.include : []) : executed.omitted;
    const warnings = [...warningsOfDropped(candidate), ...warningsOfOmitted(omitted)];
    log.warnings.push(...warnings);
    if ('events' in executed) {
      const isDiarized = candidate.answerFormat === 'diarized_json';
      const redact = isDiarized ? redactedSpeakerEvents : redactedEvents;
      const said = redactor ? redact(executed.events, redactor) : executed.events;
      const events = keep
        ? recorded(said, isDiarized, (told) => {
            keep({ candidate, warnings, result: { ...told, durationSeconds: run.durationSeconds } });
          })
        : said;
      setDeploymentHeaders(response, log.answerFacts(deployment), log);
      const settleEvent = (told: Done): Promise<void> =>
        settle({ ...told, spoken: spokenOf(understand(told, run), run) });
      await sendEvents(events, stream, deadline.signal, { log, settle: settleEvent });
      return;
    }
    const { result, answer, flaw } = executed;
    log.warnings.push(...warningsOfSilence(result));
    if (flaw !== undefined) log.warnings.push(`the answer is not complete: ${flaw}`);
    if (!answer) throw new Error('A transcript was to be translated and has not been');
    keep?.({ candidate, result, warnings, flaw });
    const notStreamed =
      request.stream && answer.kind === 'whole' ? `${candidate.answerFormat} has no event form` : undefined;
    await this.deliver({ deployment, result, answer, notStreamed, settle }, run, response, stream);
  }

  /** Sends an answer of an earlier request, for which nobody is billed again. */
  private async sendAgain(hit: CacheHit, run: Run, response: Response, stream: StreamAnswer): Promise<void> {
    const { log } = run;
    const { result, warnings } = hit.kept;
    const deployment = { ...hit.kept.deployment, retirement: this.retirementOf(hit.kept.deployment) };
    log.warnings.push(...warnings, ...warningsOfSilence(result));
    const settle = ({ text, language, spoken }: Settled): Promise<void> =>
      log.append(log.succeeded(deployment, { text, language, spoken }));
    await this.deliver({ ...hit, deployment, result, settle }, run, response, stream);
  }

  /** As it is known by now; when the answer was kept it may have been another. */
  private retirementOf({ model, id }: AnsweringDeployment): Retirement | undefined {
    return this.catalogue.find(model)?.deployments.find((deployment) => deployment.id === id)?.retirement;
  }

  private async deliver(
    { deployment, result, answer, notStreamed, settle }: Delivery,
    run: Run,
    response: Response,
    stream: StreamAnswer,
  ): Promise<void> {
    const { log, deadline } = run;
    setDeploymentHeaders(response, log.answerFacts(deployment), log);
    const settleAll = (told: Settled): Promise<void> => settle({ ...told, spoken: spokenOf(result, run) });
    if (answer.kind === 'events') {
      await sendEvents(answer.events, stream, deadline.signal, { log, settle: settleAll });
      return;
    }
    if (notStreamed !== undefined) log.warnings.push(`stream was not applied: ${notStreamed}`);
    deadline.signal.throwIfAborted();
    await settleAll(result);
    const facts = log.answerFacts(deployment);
    setTotalHeaders(response, facts, log);
    response.status(200).setHeader('content-type', answer.contentType);
    response.end(bodyFor(response.req.entrance?.door, answer, { ...facts, result }));
  }

  /** @throws GatewayError the same, when nothing has been sent yet */
  private async fail(error: GatewayError, log: LogDraft, response: Response, stream: StreamAnswer): Promise<void> {
    await settleFailure(error, { log, response });
    if (!response.destroyed) stream.fail(error);
  }
}

/** The body as it is made, but for what the clients of a door find in JSON beside it. */
function bodyFor(
  door: Door | undefined,
  { contentType, body }: Extract<PreparedAnswer, { kind: 'whole' }>,
  facts: AnswerFacts & { readonly result: TranscriptionResult },
): string | Buffer {
  if (!door?.body || !contentType.startsWith('application/json')) return body;
  return JSON.stringify(door.body(jsonAnswer.parse(JSON.parse(body.toString())), facts));
}

/** What the log has of a transcript beside its text; nothing where no words are kept. */
function spokenOf(heard: TranscriptionResult, { log, redactor }: Run): readonly SpokenSegment[] | undefined {
  if (!log.keepsWords) return undefined;
  // Masks that are in no answer are made here, where words and segments are together.
  return spokenSegments(redactor && !redactor.isInAnswer ? redactTranscript(heard, redactor) : heard);
}

/** Sends events as they come; the ledger has the log before the client can see the last one. */
async function sendEvents(
  events: AsyncIterable<TranscriptionEvent> | Iterable<TranscriptionEvent>,
  answer: StreamAnswer,
  signal: AbortSignal,
  { log, settle }: { readonly log: LogDraft; readonly settle: (told: Done) => Promise<void> },
): Promise<void> {
  for await (const event of events) {
    signal.throwIfAborted();
    log.answering();
    if (event.type === 'done') await settle(event);
    await answer.send(event.data, signal);
  }
  answer.end();
}
