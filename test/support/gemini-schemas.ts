import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/**
 * What of Gemini's interface a transcription touches, as JSON Schema; Google publishes no OpenAPI document for it. Written
 * after https://ai.google.dev/api/generate-content, https://ai.google.dev/gemini-api/docs/transcribe and the types of
 * Google's client. Closed, so that a misspelt field is noticed: the real one refuses unknown fields, too.
 */

const text = { type: 'string', minLength: 1 };
const base64 = {
  type: 'string',
  minLength: 4,
  pattern: '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
};
const mimeType = { type: 'string', pattern: '^audio/' };
const count = { type: 'integer', minimum: 0 };

function closed(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

const textPart = closed({ text }, ['text']);
const audioPart = closed({ inlineData: closed({ mimeType, data: base64 }, ['mimeType', 'data']) }, ['inlineData']);

const generateContentRequest = closed(
  {
    systemInstruction: closed({ parts: { type: 'array', items: textPart, minItems: 1 } }, ['parts']),
    contents: {
      type: 'array',
      minItems: 1,
      items: closed(
        {
          role: { enum: ['user', 'model'] },
          parts: { type: 'array', items: { oneOf: [textPart, audioPart] }, contains: audioPart },
        },
        ['parts'],
      ),
    },
    generationConfig: closed({
      temperature: { type: 'number', minimum: 0, maximum: 2 },
      thinkingConfig: {
        oneOf: [
          closed({ thinkingBudget: { type: 'integer', minimum: -1 } }, ['thinkingBudget']),
          closed({ thinkingLevel: { enum: ['minimal', 'low', 'medium', 'high'] } }, ['thinkingLevel']),
        ],
      },
    }),
  },
  ['contents'],
);

/** A request for audio; the part that is to be said has its style beside it since 3.8. */
const speechRequest = closed(
  {
    contents: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: closed(
        {
          role: { const: 'user' },
          parts: {
            type: 'array',
            minItems: 1,
            maxItems: 1,
            items: closed({ text, speechMetadata: closed({ speaker: text, style: text }) }, ['text']),
          },
        },
        ['parts'],
      ),
    },
    generationConfig: closed(
      {
        responseModalities: { const: ['AUDIO'] },
        speechConfig: closed({
          languageCode: text,
          voiceConfig: closed({ prebuiltVoiceConfig: closed({ voiceName: text }, ['voiceName']) }),
        }),
      },
      ['responseModalities'],
    ),
  },
  ['contents', 'generationConfig'],
);

const modalityTokenCount = closed({ modality: { enum: ['TEXT', 'AUDIO'] }, tokenCount: count }, ['modality']);

const generateContentResponse = closed(
  {
    candidates: {
      type: 'array',
      items: closed({
        content: closed({
          role: { const: 'model' },
          parts: { type: 'array', items: closed({ text: { type: 'string' }, thought: { type: 'boolean' } }) },
        }),
        finishReason: {
          enum: ['STOP', 'MAX_TOKENS', 'SAFETY', 'RECITATION', 'LANGUAGE', 'OTHER', 'BLOCKLIST', 'SPII'],
        },
        index: count,
      }),
    },
    promptFeedback: closed({ blockReason: { enum: ['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT'] } }),
    usageMetadata: closed({
      promptTokenCount: count,
      candidatesTokenCount: count,
      thoughtsTokenCount: count,
      totalTokenCount: count,
      promptTokensDetails: { type: 'array', items: modalityTokenCount },
      cachedContentTokenCount: count,
      cacheTokensDetails: { type: 'array', items: modalityTokenCount },
    }),
    modelVersion: text,
    responseId: text,
  },
  [],
);

const interactionRequest = closed(
  {
    model: text,
    input: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: closed({ type: { const: 'audio' }, data: base64, mime_type: mimeType }, ['type', 'data', 'mime_type']),
    },
    generation_config: closed({
      transcription_config: closed({
        language_codes: { type: 'array', items: text },
        custom_vocabulary: { type: 'array', items: text, maxItems: 1_000 },
        mode: {
          oneOf: [
            closed({ type: { const: 'smart' } }, ['type']),
            closed(
              {
                type: { const: 'verbatim' },
                diarization_mode: { const: 'speaker' },
                timestamp_granularities: { type: 'array', items: { const: 'word' } },
              },
              ['type'],
            ),
          ],
        },
      }),
    }),
    store: { type: 'boolean' },
  },
  ['model', 'input'],
);

const offset = { type: 'string', pattern: '^\\d+(?:\\.\\d+)?s$' };

const interactionResponse = closed(
  {
    id: text,
    object: { const: 'interaction' },
    model: text,
    created: text,
    updated: text,
    status: { enum: ['in_progress', 'completed', 'failed', 'cancelled', 'incomplete', 'budget_exceeded'] },
    steps: {
      type: 'array',
      items: closed(
        {
          type: { enum: ['user_input', 'thought', 'model_output'] },
          content: {
            type: 'array',
            items: closed(
              {
                type: { const: 'text' },
                text: { type: 'string' },
                annotations: {
                  type: 'array',
                  items: closed(
                    {
                      type: { const: 'word_info' },
                      text,
                      start_offset: offset,
                      end_offset: offset,
                      start_index: count,
                      end_index: count,
                      speaker: text,
                    },
                    ['type'],
                  ),
                },
              },
              ['type', 'text'],
            ),
          },
        },
        ['type'],
      ),
    },
    usage: closed({
      total_input_tokens: count,
      total_output_tokens: count,
      total_thought_tokens: count,
      total_tokens: count,
      input_tokens_by_modality: {
        type: 'array',
        items: closed({ modality: { enum: ['text', 'audio'] }, tokens: count }),
      },
    }),
    errors: { type: 'array', items: closed({ code: text, message: text }) },
  },
  ['status'],
);

/** Google's error as `generateContent` gives it, and as the interactions do. */
const error = {
  oneOf: [
    closed(
      {
        error: closed(
          { code: count, message: text, status: text, details: { type: 'array', items: { type: 'object' } } },
          ['code', 'message', 'status'],
        ),
      },
      ['error'],
    ),
    closed({ error: closed({ code: text, message: text }, ['code', 'message']) }, ['error']),
  ],
};

const schemas = {
  generateContentRequest,
  generateContentResponse,
  speechRequest,
  interactionRequest,
  interactionResponse,
  error,
};
export type GeminiSchema = keyof typeof schemas;

const ajv = new Ajv2020({ allErrors: true });
const validators = new Map<GeminiSchema, ValidateFunction>();

/** What is wrong with a value, one line for each finding. */
export function geminiViolations(schema: GeminiSchema, value: unknown): readonly string[] {
  const validate = validators.get(schema) ?? ajv.compile(schemas[schema]);
  validators.set(schema, validate);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
