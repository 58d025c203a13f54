import { formatsOf, planSpeech, type SpeechPlan } from '../../domain/speech-plan.js';
import {
  countCharacters,
  type SpeechCapabilities,
  type SpeechFormat,
  type SpeechRequest,
} from '../../domain/speech.js';
import { resolveVoice, voicesToName } from '../../domain/voice.js';
import type { Unfit } from '../../routing/job.js';

/** Voices that a refusal lists. */
const MAX_VOICES = 40;

/** How a deployment will honour a request. */
export interface SpeechFit {
  /** As the provider gets it: with its own voice, and without what was dropped. */
  readonly request: SpeechRequest;
  readonly plan: SpeechPlan;
  /** Fields that the client sent and the deployment will not see. */
  readonly dropped: readonly string[];
}

/** What the gateway may do for a deployment that cannot honour everything itself. */
export interface SpeechAid {
  /** The operator's voices, by the names that clients send. */
  readonly voices: Readonly<Record<string, string>>;
  /** It may leave out fields that a deployment does not know. */
  readonly dropsFields: boolean;
  /** Whether it can make that format of another. */
  canTranscode(to: SpeechFormat): boolean;
}

/**
 * Whether a model can honour everything that a request asks for, and how it will give the format. Nothing is silently
 * dropped: a field that the model does not know makes it unfit, unless the gateway may leave it out.
 */
export function assessSpeech(
  capabilities: SpeechCapabilities,
  request: SpeechRequest,
  aid: SpeechAid,
): SpeechFit | { readonly unfit: Unfit } {
  const unfit = unfitLength(capabilities, request);
  if (unfit) return { unfit };
  const { asked, dropped, unknown } = withoutUnknown(capabilities, withoutDefaults(capabilities, request));
  const [first] = unknown;
  if (first && !aid.dropsFields) return { unfit: first };
  const voice = resolveVoice(capabilities.voices, aid.voices, request);
  if (!voice) return { unfit: unfitVoice(capabilities, request, aid) };
  const plan = planSpeech(capabilities, request.responseFormat, (to) => aid.canTranscode(to));
  if (!plan) return { unfit: unfitFormat(capabilities, aid) };
  return { request: { ...asked, ...voice }, plan, dropped };
}

function unfitLength({ max_characters }: SpeechCapabilities, { input }: SpeechRequest): Unfit | undefined {
  const characters = countCharacters(input);
  if (max_characters === undefined || characters <= max_characters) return undefined;
  return {
    param: 'input',
    explanation: `it takes at most ${max_characters} characters and this text has ${characters}`,
  };
}

/** A speed of 1 is every model's own. */
function withoutDefaults({ fields }: SpeechCapabilities, request: SpeechRequest): SpeechRequest {
  return request.speed === 1 && !fields.includes('speed') ? { ...request, speed: undefined } : request;
}

/** The request without what the model does not know, and why it does not know it. */
function withoutUnknown(
  { fields, speed, options }: SpeechCapabilities,
  request: SpeechRequest,
): { asked: SpeechRequest; dropped: readonly string[]; unknown: readonly Unfit[] } {
  const unknown: Unfit[] = [];
  const asked = { ...request, providerOptions: new Map(request.providerOptions) };
  const leaveOut = (param: string, explanation = 'it does not know this field'): void => {
    unknown.push({ param, explanation });
  };
  if (request.instructions !== undefined && !fields.includes('instructions')) {
    asked.instructions = undefined;
    leaveOut('instructions');
  }
  if (request.speed !== undefined && !fields.includes('speed')) {
    asked.speed = undefined;
    leaveOut('speed');
  } else if (request.speed !== undefined && speed && (request.speed < speed.min || request.speed > speed.max)) {
    asked.speed = undefined;
    leaveOut('speed', `it takes speeds from ${speed.min} to ${speed.max}`);
  }
  for (const name of request.providerOptions.keys()) {
    if (options === 'any' || options.includes(name)) continue;
    asked.providerOptions.delete(name);
    leaveOut(name);
  }
  return { asked, dropped: unknown.map(({ param }) => param), unknown };
}

function unfitVoice({ voices }: SpeechCapabilities, { voice }: SpeechRequest, aid: SpeechAid): Unfit {
  const names = voicesToName(voices, aid.voices);
  const listed = names.slice(0, MAX_VOICES).join(', ');
  const more = names.length > MAX_VOICES ? ` and ${names.length - MAX_VOICES} more` : '';
  return { param: 'voice', explanation: `it has no voice '${voice.slice(0, 100)}'; its voices are ${listed}${more}` };
}

function unfitFormat(capabilities: SpeechCapabilities, aid: SpeechAid): Unfit {
  const formats = formatsOf(capabilities, (to) => aid.canTranscode(to)).join(', ');
  return {
    param: 'response_format',
    explanation: `it gives ${formats}, and ffmpeg, which could make others, is not there`,
  };
}
