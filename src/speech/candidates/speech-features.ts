import { openAiVoices, speechFields, type SpeechFormat, type SpeechRequest } from '../../domain/speech.js';

const OPTION = 'option:';
const VOICE = 'voice:';

/** So many fields of providers' own are noted, and so much of their names. */
const MAX_OPTIONS = 20;
const MAX_OPTION_NAME = 64;

/**
 * What a speech request asks for beside its format that not every model can: OpenAI's optional fields, `voice:` with one of
 * OpenAI's voices or `other`, and `option:` with the name of a provider's own field; never what is in them.
 */
export function featuresOfSpeech(request: SpeechRequest): readonly string[] {
  const options = [...request.providerOptions.keys()].toSorted().slice(0, MAX_OPTIONS);
  return [
    ...speechFields.filter((field) => request[field] !== undefined),
    `${VOICE}${openAiVoices.find((name) => name === request.voice) ?? 'other'}`,
    ...options.map((name) => `${OPTION}${name.slice(0, MAX_OPTION_NAME)}`),
  ];
}

/** What is known of speech that has been made: enough to ask who else could have. */
export interface SpokenShape {
  readonly responseFormat: SpeechFormat;
  readonly stream: boolean;
  /** As {@link featuresOfSpeech} tells them. */
  readonly features: readonly string[];
}

/** A request as those were, in OpenAI's first voice where theirs is not known. */
export function speechRequestLike({ responseFormat, stream, features }: SpokenShape): SpeechRequest {
  const options = features.filter((it) => it.startsWith(OPTION)).map((it) => it.slice(OPTION.length));
  return {
    task: 'speak',
    model: '',
    input: 'x',
    voice: openAiVoices.find((name) => features.includes(`${VOICE}${name}`)) ?? openAiVoices[0],
    isVoiceId: false,
    ...(features.includes('instructions') && { instructions: 'x' }),
    ...(features.includes('speed') && { speed: 1.1 }),
    responseFormat,
    stream,
    providerOptions: new Map(options.map((name) => [name, 'x'])),
  };
}
