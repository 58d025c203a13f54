import type { Request } from 'express';
import { z } from 'zod';
import { badRequest } from '../domain/errors.js';
import { type SpeechRequest, speechFormats } from '../domain/speech.js';
import { unstorableFault } from '../domain/storable-text.js';
import { schemaError } from '../http/errors/schema-error.js';
import { CACHE_NOT_APPLIED, type ClientWishes, readClientWishes } from '../serving/client-wishes.js';
import { refuseDeploymentFields } from '../serving/deployment-fields.js';
import { checkName, invalid, parseJson } from '../serving/form-values.js';
import { isMetadataField } from '../serving/request-metadata.js';

/** The longest body. No provider takes a text of a tenth of it; some take a sample of a voice beside it. */
export const MAX_SPEECH_BODY_BYTES = 2 * 1024 * 1024;
/** How many fields of providers' own one request may have. */
const MAX_OPTIONS = 50;
/** How deep any field may be nested. */
const MAX_DEPTH = 32;

/** LiteLLM's fields, which no provider knows. */
const OURS: ReadonlySet<string> = new Set([
  'fallbacks',
  'timeout',
  'mock_testing_fallbacks',
  'drop_params',
  'num_retries',
  'cache',
]);

/** A text that can be sent on and kept. */
const text = (error = 'it must be a text') =>
  z.string(error).superRefine((value, context) => {
    const fault = unstorableFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `it ${fault}` });
  });

const VOICE = 'it must be the name of a voice, or an object with its id';
const voiceName = text(VOICE).min(1, VOICE).max(1_000, 'it may have at most 1000 characters');
const speed = z.number('it must be a number from 0.25 to 4');

/** OpenAI's fields; what is null or an empty text counts as not sent. */
const fieldsSchema = z.object({
  input: text(),
  voice: z.union([voiceName, z.strictObject({ id: voiceName })], VOICE),
  instructions: text().max(4_096, 'it may have at most 4096 characters').optional(),
  response_format: z.enum(speechFormats, `it must be one of ${speechFormats.join(', ')}`).default('mp3'),
  speed: speed.min(0.25, 'it must be a number from 0.25 to 4').max(4, 'it must be a number from 0.25 to 4').optional(),
  stream_format: z.enum(['audio', 'sse'], 'it must be audio or sse').default('audio'),
  // Mistral's and Kokoro's: the audio comes as it is made whatever it says.
  stream: z.boolean('it must be true or false').optional(),
});
const REQUIRED = ['input', 'voice'] as const;
/** Fields whose texts are never JSON. */
const TEXTS: ReadonlySet<string> = new Set(['input', 'instructions', 'response_format', 'stream_format']);

/** What a body says, checked. */
export interface SpeechOrder {
  readonly request: SpeechRequest;
  readonly wishes: ClientWishes;
  /** What was sent in vain. */
  readonly warnings: readonly string[];
}

/** What was sent, by name; the values have not been looked at. */
export interface SpeechFields {
  /** The public model, where one is named. */
  readonly model: string | undefined;
  /** OpenAI's and the providers' own. */
  readonly asked: ReadonlyMap<string, unknown>;
  /** The gateway's, as a form would have them. */
  readonly ours: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the body and what was said in headers beside it. A model that the path names is the one that is meant.
 * @throws GatewayError 400 when it is no JSON object, or has fields that nobody can read
 */
export function readSpeechFields(bytes: Buffer, { entrance }: Pick<Request, 'entrance'>): SpeechFields {
  const sent = Object.entries(parseObject(bytes)).filter(([, value]) => value !== null && value !== '');
  for (const [name, value] of sent) checkDepth(name, value);
  const ours = new Map([
    ...(entrance?.fields ?? []).map(([name, value]) => [name, [value]] as const),
    ...sent.filter(([name]) => isOurs(name)).map(([name, value]) => [name, [formValue(value)]] as const),
  ]);
  const asked = new Map(sent.filter(([name]) => !isOurs(name)));
  const model = entrance?.model ?? asked.get('model');
  if (model !== undefined && typeof model !== 'string') throw invalid('model', 'must be a text');
  const fault = unstorableFault(model ?? '');
  if (fault) throw invalid('model', fault);
  asked.delete('model');
  return { model: checkName('model', model), asked, ours };
}

/** The fields as a form would have them. */
export function formOf({ model, asked, ours }: SpeechFields): ReadonlyMap<string, readonly string[]> {
  return new Map<string, readonly string[]>([
    ...ours,
    ...[...asked].map(([name, value]) => [name, [formValue(value)]] as const),
    ...(model === undefined ? [] : [['model', [model]] as const]),
  ]);
}

/**
 * Fields that somebody has changed who has them as a form.
 * @param sent what they were before: what is still the same is what was sent
 */
export function fieldsOfForm(form: ReadonlyMap<string, readonly string[]>, sent: SpeechFields): SpeechFields {
  const [model] = form.get('model') ?? [];
  const others = [...form].filter(([name]) => name !== 'model');
  const valueOf = (name: string, values: readonly string[]): unknown => {
    const before = sent.asked.get(name);
    const [only = ''] = values;
    if (values.length === 1 && before !== undefined && formValue(before) === only) return before;
    const read = values.map((value) => (TEXTS.has(name) ? value : (parseJson(value) ?? value)));
    return read.length === 1 ? read[0] : read;
  };
  return {
    model,
    ours: new Map(others.filter(([name]) => isOurs(name))),
    asked: new Map(
      others.filter(([name]) => !isOurs(name)).map(([name, values]) => [name, valueOf(name, values)] as const),
    ),
  };
}

function isOurs(name: string): boolean {
  return OURS.has(name) || isMetadataField(name);
}

/**
 * Reads OpenAI's fields; any other is a provider's own.
 * @throws GatewayError 400 that names the field
 */
export function readSpeechOrder({ model, asked, ours }: SpeechFields): SpeechOrder {
  if (model === undefined) {
    throw badRequest('you must provide a model parameter', 'model', 'missing_required_parameter');
  }
  refuseDeploymentFields(asked.keys());
  for (const name of REQUIRED) {
    if (!asked.has(name)) throw badRequest(`Missing required field '${name}'`, name, 'missing_required_parameter');
  }
  const parsed = fieldsSchema.safeParse(Object.fromEntries(asked));
  if (!parsed.success) throw schemaError(parsed.error.issues);
  const { input, voice, instructions, response_format, speed: pace, stream_format } = parsed.data;
  const options = [...asked].filter(([name]) => !Object.hasOwn(fieldsSchema.shape, name));
  const [first] = options.slice(MAX_OPTIONS);
  if (first) throw invalid(first[0], `is one of more than ${MAX_OPTIONS} fields that OpenAI does not have`);
  return {
    request: {
      task: 'speak',
      model,
      input,
      voice: typeof voice === 'string' ? voice : voice.id,
      isVoiceId: typeof voice !== 'string',
      instructions,
      responseFormat: response_format,
      speed: pace,
      stream: stream_format === 'sse',
      providerOptions: new Map(options),
    },
    wishes: readClientWishes(ours),
    warnings: ours.has('cache') ? [CACHE_NOT_APPLIED] : [],
  };
}

function parseObject(bytes: Buffer): object {
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest('The request body must be a JSON object', null, 'invalid_json');
  }
  return value;
}

function parse(bytes: Buffer): unknown {
  let written: string;
  try {
    written = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The request body is not valid UTF-8', null, 'invalid_json');
  }
  try {
    return JSON.parse(written);
  } catch {
    throw badRequest('The request body is not valid JSON', null, 'invalid_json');
  }
}

/** What is deeper would be more than the stack holds when it is written again. */
function checkDepth(name: string, value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw invalid(name, `may be at most ${MAX_DEPTH} levels deep`);
  for (const inner of Object.values(value)) checkDepth(name, inner, depth + 1);
}

/** A value as a form would have it: a text as it is, anything else in JSON. */
function formValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
