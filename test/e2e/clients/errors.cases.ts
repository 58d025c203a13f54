import type OpenAI from 'openai';
import type { APIError } from 'openai';
import type { ClientBench } from '../../support/client-bench.js';
import { RECORDING } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import {
  errorAnswer,
  htmlPage,
  malformedJson,
  resetBeforeHeaders,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';

type ErrorClass =
  | 'AuthenticationError'
  | 'PermissionDeniedError'
  | 'NotFoundError'
  | 'BadRequestError'
  | 'RateLimitError'
  | 'InternalServerError';

interface Expected {
  readonly throws: ErrorClass;
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly type?: string;
}

/** A key that is not let in. */
const keys: readonly (Expected & { readonly title: string; readonly fields?: Record<string, unknown> })[] = [
  { title: 'a wrong key', throws: 'AuthenticationError', status: 401, code: 'invalid_api_key', param: null },
  {
    title: 'a blocked key',
    fields: { blocked: true },
    throws: 'AuthenticationError',
    status: 401,
    code: 'key_blocked',
    param: null,
  },
  {
    title: 'an expired key',
    fields: { expires_at: '2026-01-01T00:00:00Z' },
    throws: 'AuthenticationError',
    status: 401,
    code: 'key_expired',
    param: null,
  },
];

interface RefusedCase extends Expected {
  readonly title: string;
  readonly params: Omit<OpenAI.Audio.TranscriptionCreateParamsNonStreaming, 'file'> & { readonly colour?: string };
  readonly file?: Buffer;
  /** Absent = all. */
  readonly models?: readonly string[];
  readonly message?: RegExp;
}

/** Requests that never reach a provider. */
const refused: readonly RefusedCase[] = [
  {
    title: 'a model that the key may not use',
    params: { model: 'gpt-4o-transcribe' },
    models: ['whisper-1'],
    throws: 'NotFoundError',
    status: 404,
    code: 'model_not_found',
    param: 'model',
  },
  {
    title: 'an unknown model',
    params: { model: 'no-such-model' },
    throws: 'NotFoundError',
    status: 404,
    code: 'model_not_found',
    param: 'model',
  },
  {
    title: 'a temperature out of range',
    params: { model: 'whisper-1', temperature: 1.5 },
    throws: 'BadRequestError',
    status: 400,
    code: 'invalid_value',
    param: 'temperature',
  },
  {
    title: 'times of words in subtitles',
    params: { model: 'whisper-1', response_format: 'srt', timestamp_granularities: ['word'] },
    throws: 'BadRequestError',
    status: 400,
    code: 'invalid_value',
    param: 'timestamp_granularities',
  },
  {
    title: 'a format that the model cannot give, with the models that could',
    params: { model: 'gpt-4o-transcribe', response_format: 'srt' },
    models: ['gpt-4o-transcribe', 'whisper-1', 'gpt-4o-transcribe-diarize'],
    throws: 'BadRequestError',
    status: 400,
    code: 'unsupported_value',
    param: 'response_format',
    message: /Models that could: gpt-4o-transcribe-diarize, whisper-1\.$/,
  },
  {
    title: 'a field that the model does not know',
    params: { model: 'whisper-1', colour: 'blue' },
    throws: 'BadRequestError',
    status: 400,
    code: 'unknown_parameter',
    param: 'colour',
  },
  {
    title: 'a file that is no audio',
    params: { model: 'whisper-1' },
    file: Buffer.from('{"not": "audio"}'),
    throws: 'BadRequestError',
    status: 400,
    code: 'invalid_audio',
    param: 'file',
  },
];

interface FailedCase extends Expected {
  readonly title: string;
  readonly answer: ScriptedAnswer;
  readonly outcome: string;
  readonly upstreamStatus: number | null;
  /** Whether the provider may bill the call. */
  readonly isBooked?: boolean;
  readonly retryAfter?: string;
}

/** What the provider did wrong, or said of the caller. */
const failed: readonly FailedCase[] = [
  {
    title: 'audio that the provider cannot decode',
    answer: errorAnswer(400, { message: 'Audio file might be corrupted', param: 'file', code: 'invalid_value' }),
    throws: 'BadRequestError',
    status: 400,
    code: 'invalid_value',
    param: 'file',
    outcome: 'audio_rejected',
    upstreamStatus: 400,
  },
  {
    title: "the provider's rate limit",
    answer: errorAnswer(429, { message: 'Slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '7' }),
    throws: 'RateLimitError',
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'rate_limit_exceeded',
    param: null,
    outcome: 'rate_limited',
    upstreamStatus: 429,
    retryAfter: '7',
  },
  {
    title: "the provider's empty account",
    answer: errorAnswer(429, { message: 'Quota', type: 'insufficient_quota', code: 'insufficient_quota' }),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_quota_exhausted',
    type: 'server_error',
    param: null,
    outcome: 'quota_exhausted',
    upstreamStatus: 429,
  },
  {
    title: "the gateway's credential, which is not the caller's fault",
    answer: errorAnswer(401, { message: 'Incorrect API key provided: sk-abcdef.', code: 'invalid_api_key' }),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_credential_rejected',
    type: 'server_error',
    param: null,
    outcome: 'credential_rejected',
    upstreamStatus: 401,
  },
  {
    title: 'an upstream model that is gone',
    answer: errorAnswer(404, { message: 'No such model', code: 'model_not_found' }),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_model_not_found',
    type: 'server_error',
    param: null,
    outcome: 'model_not_found',
    upstreamStatus: 404,
  },
  {
    title: 'an internal error of the provider',
    answer: errorAnswer(500, { message: 'Oops', type: 'server_error' }),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_unavailable',
    type: 'server_error',
    param: null,
    outcome: 'unavailable',
    upstreamStatus: 500,
  },
  {
    title: 'a web page in place of an answer',
    answer: htmlPage(200),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_bad_response',
    type: 'server_error',
    param: null,
    outcome: 'bad_response',
    upstreamStatus: 200,
    isBooked: true,
  },
  {
    title: 'JSON that breaks off',
    answer: malformedJson(),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_bad_response',
    type: 'server_error',
    param: null,
    outcome: 'bad_response',
    upstreamStatus: 200,
    isBooked: true,
  },
  {
    title: 'a connection that the provider resets',
    answer: resetBeforeHeaders(),
    throws: 'InternalServerError',
    status: 502,
    code: 'provider_unavailable',
    type: 'server_error',
    param: null,
    outcome: 'unavailable',
    upstreamStatus: null,
  },
];

/** Errors arrive as the client's own classes, with a request id, and are not multiplied by its retries. */
export function describeErrors(sdk: OpenAiSdk, bench: () => ClientBench): void {
  const attempt = async (
    apiKey: string,
    params: object,
    audio = RECORDING,
    options: object = {},
  ): Promise<APIError> => {
    const file = await sdk.toFile(audio, 'speech.wav');
    const error = await bench()
      .client(sdk, { apiKey })
      .audio.transcriptions.create({ model: 'whisper-1', ...params, file }, options)
      .catch((it: unknown) => it);
    if (error instanceof sdk.OpenAI.APIError) return error;
    throw new Error('the call did not fail with an APIError', { cause: error });
  };
  const expectError = (error: APIError, { throws, status, code, param, type }: Expected): void => {
    expect(error).toBeInstanceOf(sdk.OpenAI[throws]);
    expect(error).toMatchObject({ status, code, param, type: type ?? 'invalid_request_error' });
    expect(sdk.requestIdOf(error)).toMatch(/^[0-9a-f-]{36}$/);
  };

  describe('errors', () => {
    it.each(keys)('$title', async ({ fields, ...expected }) => {
      const { key } = fields ? await bench().gateway.createKey(fields) : { key: 'sk-aur-nobody-has-this-key' };
      const error = await attempt(key, {});
      expectError(error, expected);
      // Only what passed authentication is in the ledger.
      expect(await bench().row(sdk.requestIdOf(error))).toBeUndefined();
    });

    it.each(refused)('$title', async ({ params, file, models = null, message, ...expected }) => {
      const { id: keyId, key } = await bench().gateway.createKey({ models });
      const callsBefore = bench().upstream.requests.length;
      const error = await attempt(key, params, file);
      expectError(error, expected);
      if (message) expect(error.message).toMatch(message);
      expect(bench().upstream.requests).toHaveLength(callsBefore);
      expect(await bench().gateway.logs(`key_id=${keyId}`)).toEqual([
        expect.objectContaining({
          id: sdk.requestIdOf(error),
          status: 'refused',
          http_status: expected.status,
          error_code: expected.code,
          cost_usd: 0,
          attempts: [],
        }),
      ]);
    });

    it.each(failed)(
      '$title',
      async ({ answer, outcome, upstreamStatus, isBooked = false, retryAfter, ...expected }) => {
        const { id: keyId, key } = await bench().gateway.createKey();
        const callsBefore = bench().upstream.requests.length;
        bench().upstream.respondWith(answer);
        // Where waiting helps the client may ask again.
        const mayRetry = expected.status === 429;
        const error = await attempt(key, {}, RECORDING, mayRetry ? { maxRetries: 0 } : {});
        expectError(error, expected);
        expect(error.message).not.toContain('sk-');
        expect(headerOf(error, 'x-should-retry')).toBe(mayRetry ? undefined : 'false');
        expect(headerOf(error, 'retry-after')).toBe(retryAfter);
        // The client would try twice more if it were not told.
        expect(bench().upstream.requests).toHaveLength(callsBefore + 1);
        expect(await bench().gateway.logs(`key_id=${keyId}`)).toEqual([
          expect.objectContaining({
            id: sdk.requestIdOf(error),
            model: 'whisper-1',
            provider: 'openai',
            status: expected.status === 400 ? 'refused' : 'failure',
            http_status: expected.status,
            error_code: expected.code,
            cost_usd: isBooked ? expect.any(Number) : 0,
            cost_estimated: isBooked,
            transcript: null,
            attempts: [expect.objectContaining({ outcome, upstream_status: upstreamStatus })],
          }),
        ]);
      },
    );
  });
}

/** v4 has the headers as a plain object. */
function headerOf({ headers }: APIError, name: string): string | undefined {
  const all: unknown = headers;
  if (all instanceof Headers) return all.get(name) ?? undefined;
  const value: unknown = Reflect.get(Object(all), name);
  return typeof value === 'string' ? value : undefined;
}
