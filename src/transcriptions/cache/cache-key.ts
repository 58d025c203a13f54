import { createHash } from 'node:crypto';
import { addAbortSignal } from 'node:stream';
import type { AudioSource } from '../../domain/audio-source.js';
import type { Caller } from '../../domain/caller.js';
import type { Deployment } from '../../domain/deployment.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';

/** To be raised when what is kept, or what is made of it, changes: older answers are then not found. */
const VERSION = 1;

/** All that decides an answer but the recording and the form. */
export interface Question {
  readonly caller: Caller;
  readonly request: TranscriptionRequest;
  /** Those of the model: one that has changed may hear something else. */
  readonly deployments: readonly Pick<Deployment, 'provider' | 'upstreamModel' | 'apiBase' | 'settings' | 'enabled'>[];
  /** What the gateway may do to the request or to the answer, such as leaving out fields. */
  readonly rules: Readonly<Record<string, string | boolean | undefined>>;
  readonly namespace?: string;
}

/**
 * SHA-256 of who asks what, of which recording. Whoever else asks the same has another key, so that nobody is given an
 * answer of somebody else's, nor finds out that there is one.
 * @param audioHash see {@link hashAudio}
 */
export function cacheKeyOf({ caller, request, deployments, rules, namespace }: Question, audioHash: Buffer): Buffer {
  const { task, model, language, prompt, temperature, chunkingStrategy, keywords, languages, speakers } = request;
  const question = {
    version: VERSION,
    caller: caller.kind === 'virtual_key' ? caller.keyId : null,
    namespace,
    audio: audioHash.toString('hex'),
    task,
    model,
    language,
    prompt,
    temperature,
    chunkingStrategy,
    keywords,
    languages,
    speakers,
    isDiarized: request.responseFormat === 'diarized_json',
    providerOptions: [...request.providerOptions].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    deployments: deployments
      .filter(({ enabled }) => enabled)
      .map(({ provider, upstreamModel, apiBase, settings }) =>
        canonical({ provider, upstreamModel, apiBase, settings }),
      )
      .toSorted(),
    rules,
  };
  return createHash('sha256').update(canonical(question)).digest();
}

/**
 * SHA-256 of the bytes, read piece by piece.
 * @throws the signal's reason
 */
export async function hashAudio(audio: Pick<AudioSource, 'stream'>, signal: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  try {
    for await (const piece of addAbortSignal(signal, audio.stream())) hash.update(piece);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return hash.digest();
}

/** JSON in which the order of keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, it: unknown) =>
    typeof it === 'object' && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : it,
  );
}
