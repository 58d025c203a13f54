import { requestFields, type Capabilities, type RequestField } from '../../domain/capabilities.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';

/** A request without some of its fields, and their names. */
interface Dropped {
  readonly request: TranscriptionRequest;
  readonly dropped: readonly string[];
}

interface FieldRule {
  /** The form field that the client sent. */
  readonly param: string;
  readonly isUsed: (request: TranscriptionRequest) => boolean;
  /** What takes the field's place when it is left out. */
  readonly without: Partial<TranscriptionRequest>;
}

/** OpenAI's optional fields that not every model honours. */
const rules: Readonly<Record<RequestField, FieldRule>> = {
  language: { param: 'language', isUsed: (it) => it.language !== undefined, without: { language: undefined } },
  prompt: { param: 'prompt', isUsed: (it) => it.prompt !== undefined, without: { prompt: undefined } },
  temperature: {
    param: 'temperature',
    isUsed: (it) => it.temperature !== undefined,
    without: { temperature: undefined },
  },
  logprobs: { param: 'include', isUsed: (it) => it.include.includes('logprobs'), without: { include: [] } },
  chunking_strategy: {
    param: 'chunking_strategy',
    isUsed: (it) => it.chunkingStrategy !== undefined,
    without: { chunkingStrategy: undefined },
  },
  keywords: { param: 'keywords', isUsed: (it) => it.keywords.length > 0, without: { keywords: [] } },
  languages: { param: 'languages', isUsed: (it) => it.languages.length > 0, without: { languages: [] } },
  known_speakers: {
    param: 'known_speaker_names',
    isUsed: (it) => it.speakers !== undefined,
    without: { speakers: undefined },
  },
};

/** OpenAI's optional fields that a request uses. */
export function usedFields(request: TranscriptionRequest): readonly RequestField[] {
  return requestFields.filter((field) => rules[field].isUsed(request));
}

function unknownRules({ fields }: Capabilities, request: TranscriptionRequest): readonly FieldRule[] {
  return Object.entries(rules).flatMap(([field, rule]) =>
    rule.isUsed(request) && !fields.some((it) => it === field) ? [rule] : [],
  );
}

function unknownOptions({ options }: Capabilities, request: TranscriptionRequest): readonly string[] {
  return options === 'any' ? [] : [...request.providerOptions.keys()].filter((name) => !options.includes(name));
}

/**
 * A translation without the language that it is translated from, and its name, where the model has no field for it:
 * OpenAI's translations hear for themselves what is spoken, and ignore it. Servers that take any field take this one.
 */
export function dropIdleLanguage({ options }: Capabilities, request: TranscriptionRequest): Dropped {
  const isIdle = request.task === 'translate' && request.language !== undefined && options !== 'any';
  return isIdle ? { request: { ...request, language: undefined }, dropped: ['language'] } : { request, dropped: [] };
}

/** The form fields of a request that a model does not know, OpenAI's first. */
export function unknownFields(capabilities: Capabilities, request: TranscriptionRequest): readonly string[] {
  return [...unknownRules(capabilities, request).map(({ param }) => param), ...unknownOptions(capabilities, request)];
}

/**
 * The request without what a model does not know: options, OpenAI's optional fields, and times of words where it reports
 * none; and the names of the form fields left out. The format stays: without it the answer would be of no use.
 */
export function dropUnknownFields(capabilities: Capabilities, request: TranscriptionRequest): Dropped {
  const options = unknownOptions(capabilities, request);
  const withoutWords = request.granularities.includes('word') && !capabilities.granularities.includes('word');
  return {
    request: {
      ...request,
      ...Object.assign({}, ...unknownRules(capabilities, request).map(({ without }) => without)),
      ...(withoutWords && { granularities: request.granularities.filter((it) => it !== 'word') }),
      providerOptions: new Map([...request.providerOptions].filter(([name]) => !options.includes(name))),
    },
    dropped: [...unknownFields(capabilities, request), ...(withoutWords ? ['timestamp_granularities'] : [])],
  };
}
