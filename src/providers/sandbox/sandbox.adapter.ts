import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { requestFields, type Capabilities } from '../../domain/capabilities.js';
import type { ChatCapabilities } from '../../domain/chat.js';
import { ProviderError } from '../../domain/errors.js';
import type { Sleep } from '../../domain/sleep.js';
import {
  transcriptionTasks,
  timestampGranularities,
  type TranscriptionRequest,
  type TranscriptionResult,
} from '../../domain/transcription.js';
import type { ChatAnswer, ChatCall, ChatEvent } from '../chat-call.js';
import type { ProviderAdapter, ProviderCall } from '../provider-adapter.js';
import { noEnvironment } from '../provider-environment.js';
import { completeChat, streamChat } from './sandbox.chat.js';
import { sandboxPrices } from './sandbox.prices.js';
import type { SpeechEvent } from '../../domain/speech.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { makeSpeech, sandboxSpeech } from './sandbox.speech.js';
import { makeLogprobs, makeTranscript } from './sandbox.transcript.js';

/** How long `sandbox-slow` takes to answer. */
export const SLOW_MS = 5_000;
/** How long `sandbox-rate-limited` asks to be left alone. */
const RATE_LIMIT_MS = 1_000;

/** Speaks instead of listening. */
const SPEECH_MODEL = 'sandbox-speech';

const settingsSchema = z.strictObject({});
/** The sandbox has nothing to set. */
export type SandboxSettings = z.infer<typeof settingsSchema>;

/** What comes before a model's answer: a wait, or an error instead of it. */
type Obstacle = (signal: AbortSignal) => void | Promise<void>;

const CAPABILITIES: Capabilities = {
  tasks: transcriptionTasks,
  // The sandbox gives words with times; every format is made from them.
  formats: [],
  granularities: timestampGranularities,
  streaming: false,
  diarization: true,
  fields: requestFields,
  options: [],
};

/**
 * A provider without a provider: no key, no network, no cost. It answers every kind of request with a made-up
 * transcript, or chat, that says so, always the same for the same audio, so that applications can be built and failures
 * rehearsed before there is a single key:
 *
 * | Upstream model         | Behaviour                                                                       |
 * |------------------------|---------------------------------------------------------------------------------|
 * | `sandbox`              | answers at once                                                                 |
 * | `sandbox-slow`         | answers after five seconds                                                      |
 * | `sandbox-flaky`        | fails as `unavailable` on every second call, counted over all calls to this one |
 * | `sandbox-rate-limited` | fails as `rate_limited` and asks to be left alone for a second                  |
 * | `sandbox-error`        | fails as `unavailable`                                                          |
 * | `sandbox-speech`       | speaks at once: a tone for every character, silence in MP3                      |
 *
 * The others speak, too, where a deployment says that it is for speech.
 */
export class SandboxAdapter implements ProviderAdapter<SandboxSettings> {
  readonly provider = 'sandbox';
  readonly title = 'Sandbox';
  readonly settings = settingsSchema;
  readonly needsApiKey = false;
  readonly builtIn = true;
  readonly environment = noEnvironment;
  readonly prefixes = [];
  readonly prices = sandboxPrices;
  readonly zeroRetention: ZeroRetentionFacts<SandboxSettings> = {
    audio_transcription: { kind: 'never_stored', source: 'part of the gateway' },
    audio_speech: { kind: 'never_stored', source: 'part of the gateway' },
    chat: { kind: 'never_stored', source: 'part of the gateway' },
  };
  readonly knownModels: readonly string[];
  readonly speech: Speaking<SandboxSettings> = {
    knownModels: [SPEECH_MODEL],
    capabilities: () => sandboxSpeech,
    speak: (call) => this.speak(call),
  };

  private readonly obstacles: ReadonlyMap<string, Obstacle>;
  private flakyCalls = 0;

  /** @param sleep how `sandbox-slow` waits */
  constructor(private readonly sleep: Sleep = (ms, signal) => setTimeout(ms, undefined, { signal })) {
    this.obstacles = new Map<string, Obstacle>([
      ['sandbox', () => {}],
      ['sandbox-slow', (signal) => this.sleep(SLOW_MS, signal)],
      ['sandbox-flaky', () => this.failEverySecondTime()],
      ['sandbox-rate-limited', failRateLimited],
      ['sandbox-error', failUnavailable],
      [SPEECH_MODEL, () => {}],
    ]);
    this.knownModels = [...this.obstacles.keys()].filter((name) => name !== SPEECH_MODEL);
  }

  capabilities(): Capabilities {
    return CAPABILITIES;
  }

  /** Every model does everything. */
  alsoChats(): boolean {
    return true;
  }

  chatCapabilities(): ChatCapabilities {
    return { audio_input: true, audio_output: true };
  }

  transcribe({ request, ...call }: ProviderCall<SandboxSettings>): Promise<TranscriptionResult> {
    return this.answer(call, () => transcribe(request));
  }

  chat({ request, ...call }: ChatCall): Promise<ChatAnswer> {
    return this.answer(call, () => completeChat(request, call.upstreamModel));
  }

  async *chatStream({ request, ...call }: ChatCall): AsyncGenerator<ChatEvent> {
    yield* await this.answer(call, () => Promise.resolve(streamChat(request, call.upstreamModel)));
  }

  /** What is answered, unless the model is one that rehearses a failure. */
  private async answer<Answer>(
    { upstreamModel, signal }: Pick<ChatCall, 'upstreamModel' | 'signal'>,
    make: () => Promise<Answer>,
  ): Promise<Answer> {
    const obstacle = this.obstacleOf(upstreamModel, this.knownModels);
    try {
      signal.throwIfAborted();
      await obstacle(signal);
      const answer = await make();
      signal.throwIfAborted();
      return answer;
    } catch (error) {
      throw signal.aborted ? explainAbort(signal, error) : error;
    }
  }

  private async *speak({
    request,
    upstreamModel,
    upstreamFormat,
    signal,
  }: SpeechCall<SandboxSettings>): AsyncGenerator<SpeechEvent> {
    const obstacle = this.obstacleOf(upstreamModel, [SPEECH_MODEL, ...this.knownModels]);
    try {
      signal.throwIfAborted();
      await obstacle(signal);
      for (const audio of makeSpeech(request.input, upstreamFormat)) {
        yield { type: 'audio', audio };
        signal.throwIfAborted();
      }
      yield { type: 'done' };
    } catch (error) {
      throw signal.aborted ? explainAbort(signal, error) : error;
    }
  }

  /** @throws ProviderError for a model that is not among these */
  private obstacleOf(upstreamModel: string, models: readonly string[]): Obstacle {
    const obstacle = models.includes(upstreamModel) ? this.obstacles.get(upstreamModel) : undefined;
    if (obstacle) return obstacle;
    const message = `the sandbox has no model '${upstreamModel}', only ${models.join(', ')}`;
    throw new ProviderError('model_not_found', message, { upstreamStatus: 404 });
  }

  private failEverySecondTime(): void {
    this.flakyCalls += 1;
    if (this.flakyCalls % 2 === 0) {
      throw new ProviderError('unavailable', 'sandbox-flaky fails on every second call', { upstreamStatus: 503 });
    }
  }
}

function failRateLimited(): never {
  throw new ProviderError('rate_limited', 'sandbox-rate-limited is always over its rate limit', {
    upstreamStatus: 429,
    retryAfterMs: RATE_LIMIT_MS,
  });
}

function failUnavailable(): never {
  throw new ProviderError('unavailable', 'sandbox-error always fails', { upstreamStatus: 500 });
}

async function transcribe(request: TranscriptionRequest): Promise<TranscriptionResult> {
  const { audio, task, language = 'en', include } = request;
  const { durationSeconds, container } = await audio.probe();
  const recording = { filename: audio.filename, sizeBytes: audio.sizeBytes, durationSeconds, container };
  const transcript = makeTranscript(recording, speakersOf(request));
  return {
    ...transcript,
    language: task === 'translate' ? 'en' : language,
    logprobs: include.includes('logprobs') ? makeLogprobs(transcript.text) : undefined,
    usage: { type: 'duration', seconds: transcript.durationSeconds },
  };
}

/** Two people talk, the known ones first; only diarization tells them apart. */
function speakersOf({ responseFormat, speakers }: TranscriptionRequest): readonly string[] {
  if (responseFormat !== 'diarized_json') return [];
  return [...(speakers?.names ?? []), 'A', 'B'].slice(0, 2);
}

/** The deadline is recognised by its reason, a `TimeoutError`. */
function explainAbort(signal: AbortSignal, cause: unknown): ProviderError {
  const name: unknown = signal.reason?.name;
  return name === 'TimeoutError'
    ? new ProviderError('timeout', 'the sandbox did not answer before the deadline', { cause })
    : new ProviderError('aborted', 'the client went away', { cause });
}
