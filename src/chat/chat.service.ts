import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type AllowedAudio, AudioAllowance } from '../auth/client-tokens/audio-allowance.js';
import { Budgets } from '../budgets/budgets.service.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import type { AudioFacts, AudioField } from '../domain/audio-source.js';
import type { Caller } from '../domain/caller.js';
import type { ChatAudio, ChatRequest } from '../domain/chat.js';
import { badRequest, GatewayError } from '../domain/errors.js';
import type { Privacy } from '../domain/privacy.js';
import { targetsOf, type TargetTree } from '../domain/target-tree.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Deadline } from '../http/deadline.js';
import { Limits } from '../limits/limits.service.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { Catalogue } from '../models/catalogue.js';
import type { ChatEvent } from '../providers/chat-call.js';
import { Executor } from '../routing/executor.js';
import { Privacies } from '../privacy/privacies.service.js';
import { Redactions } from '../redaction/redactions.service.js';
import { ModelAccess } from '../routing/model-access.js';
import type { Plan } from '../routing/router.js';
import { Admission } from '../serving/admission.js';
import { setDeploymentHeaders, setTotalHeaders } from '../serving/answer-headers.js';
import { noteCallerFacts } from '../serving/caller-facts.js';
import { toClientError } from '../serving/client-error.js';
import { requestTimeoutMs } from '../serving/deadline-length.js';
import { LogDraft } from '../serving/log-draft.js';
import type { Settled } from '../serving/request-end.js';
import { modelToFail } from '../serving/mock-testing-fallbacks.js';
import { settleFailure } from '../serving/settle-failure.js';
import { StreamAnswer } from '../serving/stream-answer.js';
import { readTimeoutHeader } from '../serving/timeout-header.js';
import { Today } from '../serving/today.js';
import { warningsOfFallbacks } from '../serving/warnings.js';
import { MEBIBYTE } from '../uploads/upload-options.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { fieldsOf, readAskedChat, type ChatTarget } from './asked-chat.js';
import { callForChat, type ChatCandidate, type ExecutedChat } from './chat-candidate.js';
import { ChatCosts } from './chat-costs.js';
import { outlineChat } from './chat-outline.js';
import { ChatPlanner, sentSeconds } from './chat-planner.js';
import { paramsOf, questionOf, readChat, type WrittenChat } from './chat-request.js';
import { Recordings } from './recordings.js';
import { TranscribeThenAsk } from './transcribe-then-ask.js';

/** So much of a client token's limit a chat takes at least: its text is not counted, and its recording may be next to nothing. */
const LEAST_CHAT_SECONDS = 1;

/** One chat completion, told top-down: receive, understand, measure, plan, execute, settle, answer. */
@Injectable()
export class ChatService {
  constructor(
    private readonly admission: Admission,
    private readonly allowance: AudioAllowance,
    private readonly budgets: Budgets,
    private readonly limits: Limits,
    private readonly redactions: Redactions,
    private readonly privacies: Privacies,
    private readonly uploads: UploadReceiver,
    private readonly access: ModelAccess,
    private readonly planner: ChatPlanner,
    private readonly executor: Executor,
    private readonly costs: ChatCosts,
    private readonly detour: TranscribeThenAsk,
    private readonly ledger: LedgerWriter,
    private readonly catalogue: Catalogue,
    private readonly today: Today,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'max_chat_body_mb'>,
  ) {}

  /**
   * Serves an authenticated request whose body has not been read yet, and leaves exactly one log.
   * @throws GatewayError when nothing has been sent yet; an error inside a stream is sent as its last event
   */
  async serve(caller: Caller, http: Request, response: Response): Promise<void> {
    using _running = this.admission.enter();
    const { routing } = this.catalogue;
    const deadline = new Deadline(response, 1000 * routing.request_timeout_seconds, this.clock);
    const log = new LogDraft('chat', caller, http, this.clock, this.ledger, this.today);
    let audioField: AudioField = 'messages[]';
    using stream = new StreamAnswer(response, this.clock);
    try {
      const privacy = await this.privacies.of(caller, http.headers);
      log.keeps(privacy);
      noteCallerFacts(log, http);
      await using limited = await this.limits.enter(caller, { id: log.id, response, hearsAudio: true });
      const redactor = await this.redactions.of(caller);
      log.masked(redactor);
      const headerMs = readTimeoutHeader(http.headers['x-auricle-timeout-ms']);
      const unknown = { stream: false, ofModel: {}, ofGateway: routing };
      // It counts while the body arrives, too.
      if (headerMs !== undefined) deadline.move(requestTimeoutMs({ wishedMs: headerMs, ...unknown }));
      const maxBytes = Math.floor(this.settings.max_chat_body_mb * MEBIBYTE);
      using received = await this.uploads.receiveBody(http, { maxBytes, signal: deadline.signal });
      log.uploaded();
      const { bytes, root } = await outlineChat(received.bytes, deadline.signal);
      const written = readChat(bytes, root);
      if (redactor?.isInAnswer && (written.audio.length > 0 || written.unmeasured !== undefined)) throw notMasked();
      if (written.audio.length === 0) this.allowance.refuseLimited(caller);
      const fields = fieldsOf(written, http);
      const [named] = fields.get('model') ?? [];
      log.received({ model: named });
      noteCallerFacts(log, http, fields);
      const said = new Map([...paramsOf(written.body), ...fields]);
      const laidOut = await http.entrance?.plan({ fields: said, caller, providerKey: http.providerKey });
      const { model, wishes, warnings, targets } = readAskedChat(fields, http, laidOut ?? {});
      log.received({ model });
      log.understood({ model, stream: written.stream });
      log.warnings.push(...warnings);
      const failModel = modelToFail(caller, model, wishes, routing);
      // Whether there is such a model is found out for every target.
      const asked = targets ? undefined : this.access.resolve(caller, model);
      // Targets have models of their own, whatever the one is that the body names.
      if (asked || this.access.find(caller, named ?? '')) log.resolved();
      const wishedMs = headerMs ?? wishes.timeoutMs;
      const ofModel = asked?.routing ?? {};
      deadline.move(requestTimeoutMs({ wishedMs, stream: written.stream, ofModel, ofGateway: routing }));
      await using recordings = new Recordings(this.uploads, limited.maxFile);
      if (written.audio.length > 0) log.measuring();
      const audio = await recordings.decode(written, deadline.signal);
      if (audio.length === 1 && audio[0]) audioField = audio[0].param;
      const facts = await factsOf(audio);
      log.received({ model, audio: audio.length > 0 ? { sizeBytes: sizeOf(audio) } : undefined });
      log.measured(facts);
      const { durationSeconds: audioSeconds } = facts;
      const request: ChatRequest = { ...written, model, audio, audioSeconds };
      const { zero_retention: zeroRetention } = privacy;
      if (zeroRetention && (written.isStored || areStored(targets))) throw notStored();
      const heard = allowedAudio(written, audioSeconds, audioField);
      await using _allowed = await this.allowance.take(caller, heard, () => log.mayBeBilled);
      const run = { caller, wishes, zeroRetention, deadline, failModel, log };
      const chatModel = asked && this.detour.chatModelOf(asked);
      const { unmeasured } = written;
      const budgeted = {
        id: log.id,
        model,
        audioSeconds: unmeasured === undefined ? sentSeconds(request) : undefined,
        deadline,
      };
      const takeAudio = async (): Promise<void> => {
        const { audioSeconds: seconds } = budgeted;
        await limited.takeAudio({ audioSeconds: seconds, field: unmeasured ?? audioField }, () => log.mayBeBilled);
      };
      // Two models are asked then, of which the second is not planned before the first has answered.
      if (chatModel !== undefined) {
        await takeAudio();
        log.warnings.push(...(await this.budgets.reserve(caller, { ...budgeted, candidates: [] })));
      }
      if (request.stream) stream.keepAlive();
      const ask =
        chatModel === undefined
          ? { caller, request, wishes, targets, plan: undefined }
          : // Of what the caller wishes, its fallbacks are those of the model that it has asked for.
            { ...(await this.detour.write(request, chatModel, run)), wishes: { max_retries: wishes.max_retries } };
      log.planning();
      const plan = this.planner.plan({ ...ask, zeroRetention });
      log.planned(joined(ask.plan, plan), []);
      log.warnings.push(...warningsOfFallbacks(ask.plan ?? plan, wishes));
      if (chatModel === undefined) {
        await takeAudio();
        log.warnings.push(...(await this.budgets.reserve(caller, { ...budgeted, candidates: plan.candidates })));
      }
      const executed = await this.executor.execute(plan.candidates, {
        durationSeconds: sentSeconds(ask.request),
        deadline,
        failModel,
        call: callForChat,
        costOf: (candidate, told) => this.costs.costOf(candidate, told),
        onBegin: (first) => log.begin(first),
        onStart: (deployment, target) => log.sentTo(deployment, target),
        onAttempt: (ended) => log.attempted(ended),
      });
      await this.send(executed, { request, privacy, log, deadline }, response, stream);
    } catch (thrown) {
      await this.fail(toClientError(thrown, deadline.signal, http, audioField), log, response, stream);
    }
  }

  /** Settles what was answered, and sends it: whole or piece by piece. */
  private async send(
    executed: ExecutedChat,
    { request, privacy, log, deadline }: { request: ChatRequest; privacy: Privacy; log: LogDraft; deadline: Deadline },
    response: Response,
    stream: StreamAnswer,
  ): Promise<void> {
    const { deployment } = executed.candidate;
    const settle = async ({ text = '', usage }: Pick<Partial<Settled>, 'text' | 'usage'>): Promise<void> => {
      const question = this.ledger.keepsTranscripts && privacy.keep_transcripts ? questionOf(request.body) : undefined;
      await log.append(log.succeeded(deployment, { text, usage, question }));
    };
    setDeploymentHeaders(response, log.answerFacts(deployment), log);
    if ('events' in executed) {
      await sendEvents(executed.events, stream, deadline.signal, { log, settle });
      return;
    }
    const { answer } = executed;
    deadline.signal.throwIfAborted();
    await settle(answer);
    setTotalHeaders(response, log.answerFacts(deployment), log);
    response.status(200).setHeader('content-type', 'application/json');
    response.end(answer.body);
  }

  /** @throws GatewayError the same, when nothing has been sent yet */
  private async fail(error: GatewayError, log: LogDraft, response: Response, stream: StreamAnswer): Promise<void> {
    await settleFailure(error, { log, response });
    if (!response.destroyed) stream.fail(error);
  }
}

/** What a client token's limit counts of a chat with recordings. */
function allowedAudio(
  { unmeasured }: Pick<WrittenChat, 'unmeasured'>,
  audioSeconds: number | undefined,
  field: AudioField,
): AllowedAudio {
  if (unmeasured !== undefined) return { field: unmeasured };
  return { field, ...(audioSeconds !== undefined && { durationSeconds: Math.max(audioSeconds, LEAST_CHAT_SECONDS) }) };
}

/** What a chat answers may tell what was said, in words of its own. */
function notMasked(): GatewayError {
  return new GatewayError({
    status: 403,
    message:
      'What recordings say is masked in answers here, and that of chats cannot be. Send the recording to /v1/audio/transcriptions.',
    param: 'messages',
    code: 'redaction_not_supported',
  });
}

/** Whether any of the targets that the client has laid out is told to store the chat, in whatever way. */
function areStored(targets: TargetTree<ChatTarget> | undefined): boolean {
  return targets !== undefined && targetsOf(targets).some(({ overrides }) => (overrides['store'] ?? false) !== false);
}

/** OpenAI, and whoever does as OpenAI does, keeps what it is told to store. */
function notStored(): GatewayError {
  return badRequest(
    "Invalid 'store': nothing of this request may be kept (zero retention), so no provider may be told to store it",
    'store',
    'invalid_value',
  );
}

/** Of all recordings together; the length is unknown where that of one of them is. */
async function factsOf(audio: readonly ChatAudio[]): Promise<AudioFacts> {
  if (audio.length === 0) return {};
  const all = await Promise.all(audio.map(async ({ source }): Promise<AudioFacts> => (await source?.probe()) ?? {}));
  const warnings = all.flatMap(({ warning = [] }) => warning);
  const isKnown = all.every(({ durationSeconds }) => durationSeconds !== undefined);
  return {
    ...(isKnown && {
      durationSeconds: all.reduce((sum, { durationSeconds = 0 }) => sum + durationSeconds, 0),
      // As sure as the least sure of them.
      durationMethod: all.some(({ durationMethod }) => durationMethod === 'timed') ? 'timed' : 'counted',
    }),
    ...(warnings.length > 0 && { warning: warnings.join('; ') }),
  };
}

function sizeOf(audio: readonly ChatAudio[]): number {
  return audio.reduce((sum, { source }) => sum + (source?.sizeBytes ?? 0), 0);
}

function joined(first: Plan | undefined, second: Plan<ChatCandidate>): Plan {
  if (!first) return second;
  return {
    candidates: [...first.candidates, ...second.candidates],
    leftOut: [...first.leftOut, ...second.leftOut],
  };
}

/** Sends events as they come; the ledger has the log before the client can see the end. */
async function sendEvents(
  events: AsyncIterable<ChatEvent>,
  answer: StreamAnswer,
  signal: AbortSignal,
  {
    log,
    settle,
  }: { readonly log: LogDraft; readonly settle: (settled: Pick<Settled, 'text' | 'usage'>) => Promise<void> },
): Promise<void> {
  for await (const event of events) {
    signal.throwIfAborted();
    log.answering();
    if (event.type === 'done') await settle(event);
    else await answer.send(event.data, signal);
  }
  answer.end();
}
