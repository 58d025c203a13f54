import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AudioAllowance } from '../auth/client-tokens/audio-allowance.js';
import { Budgets } from '../budgets/budgets.service.js';
import type { Caller } from '../domain/caller.js';
import type { GatewayError } from '../domain/errors.js';
import { countCharacters } from '../domain/speech.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { Deadline } from '../http/deadline.js';
import { Limits } from '../limits/limits.service.js';
import { LedgerWriter } from '../ledger/writer/ledger.writer.js';
import { Catalogue } from '../models/catalogue.js';
import { Executor } from '../routing/executor.js';
import { Privacies } from '../privacy/privacies.service.js';
import { Redactions } from '../redaction/redactions.service.js';
import { ModelAccess } from '../routing/model-access.js';
import { Admission } from '../serving/admission.js';
import { setDeploymentHeaders } from '../serving/answer-headers.js';
import { noteCallerFacts } from '../serving/caller-facts.js';
import { toClientError } from '../serving/client-error.js';
import { requestTimeoutMs } from '../serving/deadline-length.js';
import { LogDraft } from '../serving/log-draft.js';
import { modelToFail } from '../serving/mock-testing-fallbacks.js';
import { settleFailure } from '../serving/settle-failure.js';
import { StreamAnswer } from '../serving/stream-answer.js';
import { readTimeoutHeader } from '../serving/timeout-header.js';
import { Today } from '../serving/today.js';
import { warningsOfFallbacks } from '../serving/warnings.js';
import { UploadReceiver } from '../uploads/upload-receiver.js';
import { readAskedSpeech } from './asked-speech.js';
import { AudioAnswer } from './audio-answer.js';
import type { SpeechCandidate } from './candidates/speech-candidate.js';
import { CHARACTERS_PER_SECOND, SpeechCosts } from './candidates/speech-costs.js';
import { featuresOfSpeech } from './candidates/speech-features.js';
import { SpeechPlanner } from './candidates/speech-planner.js';
import { Ffmpeg } from '../ffmpeg/ffmpeg.js';
import { formOf, MAX_SPEECH_BODY_BYTES, readSpeechFields } from './speech-body.js';
import { audioDelta, audioDone } from './speech-events.js';
import { type ExecutedSpeech, SpeechRun } from './speech-run.js';

/** What is needed to answer a request that has been understood. */
interface Served {
  readonly run: SpeechRun;
  readonly log: LogDraft;
  readonly deadline: Deadline;
  readonly response: Response;
  readonly stream: StreamAnswer;
}

/** One request to say something, told top-down: receive, understand, plan, execute, settle, answer. */
@Injectable()
export class SpeechService {
  constructor(
    private readonly admission: Admission,
    private readonly uploads: UploadReceiver,
    private readonly access: ModelAccess,
    private readonly allowance: AudioAllowance,
    private readonly budgets: Budgets,
    private readonly limits: Limits,
    private readonly redactions: Redactions,
    private readonly privacies: Privacies,
    private readonly planner: SpeechPlanner,
    private readonly executor: Executor,
    private readonly costs: SpeechCosts,
    private readonly ffmpeg: Ffmpeg,
    private readonly ledger: LedgerWriter,
    private readonly catalogue: Catalogue,
    private readonly today: Today,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Serves an authenticated request whose body has not been read yet, and leaves exactly one log.
   * @throws GatewayError when nothing has been sent yet; later an error is the last event, or the end of the connection
   */
  async serve(caller: Caller, http: Request, response: Response): Promise<void> {
    using _running = this.admission.enter();
    const { routing } = this.catalogue;
    const deadline = new Deadline(response, 1000 * routing.request_timeout_seconds, this.clock);
    const { signal } = deadline;
    const log = new LogDraft('speak', caller, http, this.clock, this.ledger, this.today);
    using stream = new StreamAnswer(response, this.clock);
    try {
      const privacy = await this.privacies.of(caller, http.headers);
      log.keeps(privacy);
      noteCallerFacts(log, http);
      await using _limited = await this.limits.enter(caller, { id: log.id, response, hearsAudio: false });
      log.masked(await this.redactions.of(caller));
      const headerMs = readTimeoutHeader(http.headers['x-auricle-timeout-ms']);
      const unknown = { stream: false, ofModel: {}, ofGateway: routing };
      // It counts while the body arrives, too.
      if (headerMs !== undefined) deadline.move(requestTimeoutMs({ wishedMs: headerMs, ...unknown }));
      using received = await this.uploads.receiveBody(http, { maxBytes: MAX_SPEECH_BODY_BYTES, signal });
      log.uploaded();
      const fields = readSpeechFields(received.bytes, http);
      log.received({ model: fields.model });
      noteCallerFacts(log, http, fields.ours);
      const laidOut = await http.entrance?.plan({ fields: formOf(fields), caller, providerKey: http.providerKey });
      const { request, wishes, warnings, targets } = readAskedSpeech(fields, http, laidOut ?? {});
      const characters = countCharacters(request.input);
      log.understood({ ...request, inputCharacters: characters });
      log.warnings.push(...warnings);
      const failModel = modelToFail(caller, request.model, wishes, routing);
      // Whether there is such a model is found out for every target.
      const { routing: ofModel } = targets ? { routing: {} } : this.access.resolve(caller, request.model);
      // Targets have models of their own, whatever the one is that the body names.
      if (!targets || this.access.find(caller, fields.model ?? '')) log.resolved();
      const wishedMs = headerMs ?? wishes.timeoutMs;
      deadline.move(requestTimeoutMs({ wishedMs, stream: request.stream, ofModel, ofGateway: routing }));
      log.planning();
      const plan = this.planner.plan({ caller, request, wishes, zeroRetention: privacy.zero_retention, targets });
      log.planned(plan, featuresOfSpeech(request));
      log.warnings.push(...warningsOfFallbacks(plan, wishes));
      // Nobody knows how long it will be; people say about so much in a second.
      const estimate = { durationSeconds: characters / CHARACTERS_PER_SECOND };
      await using _taken = await this.allowance.take(caller, estimate, () => log.mayBeBilled);
      const budgeted = { id: log.id, model: request.model, candidates: plan.candidates, audioSeconds: 0, deadline };
      log.warnings.push(...(await this.budgets.reserve(caller, budgeted)));
      if (plan.candidates.every(({ wanted }) => wanted.stream)) stream.keepAlive();
      const run = new SpeechRun(this.ffmpeg, (...told) => this.costs.costOf(...told));
      const executed = await this.executor.execute(plan.candidates, {
        durationSeconds: 0,
        deadline,
        failModel,
        call: (candidate, attempt) => run.call(candidate, attempt),
        costOf: (candidate, told) => run.cost(candidate, told),
        onBegin: (first) => log.begin(first),
        onStart: (deployment, target) => log.sentTo(deployment, target),
        onAttempt: (ended) => log.attempted(ended),
      });
      await this.send(executed, { run, log, deadline, response, stream });
    } catch (thrown) {
      await this.fail(toClientError(thrown, signal, http, 'file'), log, response, stream);
    }
  }

  /** Sends the speech as it comes, bare or in events; the ledger has the log before the client can see its end. */
  private async send(executed: ExecutedSpeech, served: Served): Promise<void> {
    const { candidate } = executed;
    const { wanted: request } = candidate;
    const { run, log, deadline, response, stream } = served;
    if (!('events' in executed)) throw new Error('Speech has come that is no stream');
    const characters = countCharacters(request.input);
    log.understood({ ...request, inputCharacters: characters });
    log.warnings.push(...warningsOfDropped(candidate));
    setDeploymentHeaders(response, log.answerFacts(candidate.deployment), log);
    const { signal } = deadline;
    const audio = new AudioAnswer(response, request.responseFormat);
    for await (const event of executed.events) {
      signal.throwIfAborted();
      log.answering();
      const seconds = run.secondsBy(candidate);
      log.spoke(seconds);
      if (event.type === 'audio') {
        await (request.stream ? stream.send(audioDelta(event.audio), signal) : audio.send(event.audio, signal));
        continue;
      }
      const { usage } = event;
      await log.append(log.succeeded(candidate.deployment, { text: request.input, usage }));
      if (!request.stream) continue;
      await stream.send(audioDone({ usage, characters, seconds }), signal);
    }
    if (request.stream) stream.end();
    else audio.end();
  }

  /** @throws GatewayError the same, when nothing has been sent yet */
  private async fail(error: GatewayError, log: LogDraft, response: Response, stream: StreamAnswer): Promise<void> {
    await settleFailure(error, { log, response });
    if (response.destroyed) return;
    // Bare audio has no place for an error: the client has to see that it was cut.
    if (response.getHeader('content-type')?.toString().startsWith('text/event-stream')) stream.fail(error);
    else response.destroy();
  }
}

/** What was left out of the request for the deployment: nothing is dropped silently, not even by request. */
function warningsOfDropped({ deployment, dropped }: SpeechCandidate): readonly string[] {
  if (dropped.length === 0) return [];
  const { provider, upstreamModel } = deployment;
  return [`not applied, because ${provider}/${upstreamModel} does not know it: ${dropped.join(', ')}`];
}
