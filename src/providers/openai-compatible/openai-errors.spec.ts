import type { FailureReason } from '../../domain/errors.js';
import { errorFromEvent, errorFromResponse } from './openai-errors.js';

const KEY = 'my-own-server-key-17';

function response(
  status: number,
  error: unknown,
  headers: Record<string, string> = {},
): Parameters<typeof errorFromResponse>[0] {
  const body = typeof error === 'string' ? error : JSON.stringify(error);
  return { status, headers, body: Buffer.from(body) };
}

function envelope(message: string, over: object = {}): object {
  return { error: { message, type: 'invalid_request_error', param: null, code: null, ...over } };
}

describe('errorFromResponse', () => {
  it.each<[number, object, FailureReason]>([
    [401, envelope('Incorrect API key provided.', { code: 'invalid_api_key' }), 'credential_rejected'],
    [
      403,
      envelope('no', { type: 'request_forbidden', code: 'unsupported_country_region_territory' }),
      'credential_rejected',
    ],
    [400, envelope('Incorrect API key provided.', { code: 'invalid_api_key' }), 'credential_rejected'],
    [404, envelope('The model `x` does not exist', { code: 'model_not_found' }), 'model_not_found'],
    [403, envelope('no access to model', { code: 'model_not_found' }), 'model_not_found'],
    [400, envelope('The model has been decommissioned', { code: 'model_decommissioned' }), 'model_not_found'],
    [410, envelope('gone'), 'model_not_found'],
    [
      429,
      envelope('Rate limit reached for requests', { type: 'requests', code: 'rate_limit_exceeded' }),
      'rate_limited',
    ],
    [
      429,
      envelope('You exceeded your current quota', { type: 'insufficient_quota', code: 'insufficient_quota' }),
      'quota_exhausted',
    ],
    [429, envelope('Add credits', { code: 'credit_balance_exhausted' }), 'quota_exhausted'],
    [503, envelope('Add credits', { code: 'credit_balance_exhausted' }), 'quota_exhausted'],
    [402, envelope('pay'), 'quota_exhausted'],
    [
      413,
      envelope('Maximum content size limit (26214400) exceeded (26306794 bytes read)', { type: 'server_error' }),
      'too_large',
    ],
    [413, envelope('Request Entity Too Large', { code: 'request_too_large' }), 'too_large'],
    [
      400,
      envelope('audio duration 1800.5 seconds is longer than 1400 seconds which is the maximum for this model', {
        code: 'invalid_value',
      }),
      'too_large',
    ],
    [408, envelope('slow'), 'unavailable'],
    [504, envelope('slow'), 'timeout'],
    [524, {}, 'timeout'],
    [400, envelope("Invalid file format. Supported formats: ['flac', 'm4a']"), 'audio_rejected'],
    [400, envelope('The audio file could not be decoded or its format is not supported.'), 'audio_rejected'],
    [
      400,
      envelope('Audio file might be corrupted or unsupported', { param: 'file', code: 'invalid_value' }),
      'audio_rejected',
    ],
    [
      400,
      envelope('Audio file is too short. Minimum audio length is 0.1 seconds.', { code: 'audio_too_short' }),
      'audio_rejected',
    ],
    [400, envelope('file must be one of the following types: [flac mp3 mp4]'), 'audio_rejected'],
    [422, envelope('could not process file - is it a valid media file?'), 'audio_rejected'],
    [415, envelope('Unsupported Media Type'), 'audio_rejected'],
    [
      400,
      envelope("response_format 'verbose_json' is not compatible with model 'x'. Use 'json' or 'text' instead.", {
        param: 'response_format',
        code: 'unsupported_value',
      }),
      'unsupported',
    ],
    [405, { detail: 'Method Not Allowed' }, 'misconfigured'],
    [405, envelope('This model does not support this endpoint'), 'unsupported'],
    [501, {}, 'unsupported'],
    [
      400,
      envelope('chunking_strategy is required for diarization models', {
        param: 'chunking_strategy',
        code: 'invalid_value',
      }),
      'request_rejected',
    ],
    [400, envelope('you must provide a model parameter'), 'request_rejected'],
    [
      422,
      { detail: [{ loc: ['body', 'language'], msg: 'value is not a valid enumeration member' }] },
      'request_rejected',
    ],
    [418, envelope('teapot', { type: 'teapot' }), 'unknown'],
    [498, envelope('Flex capacity exceeded', { code: 'capacity_exceeded' }), 'unavailable'],
    [424, {}, 'unavailable'],
    [500, envelope('The audio file could not be decoded', { type: 'server_error' }), 'unavailable'],
    [500, envelope('odd', { type: 'invalid_request_error' }), 'unavailable'],
    [503, envelope('busy', { type: 'server_error', code: 'slow_down' }), 'unavailable'],
    [529, {}, 'unavailable'],
    [302, {}, 'misconfigured'],
  ])('%i %j is %s', (status, body, reason) => {
    expect(errorFromResponse(response(status, body))).toMatchObject({ reason, upstreamStatus: status });
  });

  it('carries what the provider named', () => {
    const failure = errorFromResponse(
      response(400, envelope('bad language', { param: 'language', code: 'invalid_value' }), {
        'x-request-id': 'req_1',
      }),
    );
    expect(failure).toMatchObject({
      message: 'bad language',
      param: 'language',
      code: 'invalid_value',
      upstreamRequestId: 'req_1',
    });
  });

  it("prefers Groq's own request id", () => {
    const body = { ...envelope('x'), x_groq: { id: 'req_groq' } };
    expect(errorFromResponse(response(400, body, { 'x-request-id': 'proxy' })).upstreamRequestId).toBe('req_groq');
  });

  it.each<[unknown, string]>([
    [{ error: 'just a string' }, 'just a string'],
    [{ message: 'no envelope', code: 'x' }, 'no envelope'],
    [{ detail: 'fast and plain' }, 'fast and plain'],
    [{ detail: [{ msg: 'one' }, { msg: 'two', input: 'echoed audio' }] }, 'one; two'],
    [{ detail: ['one', 'two'] }, 'one; two'],
    [{ detail: { error: 'a text in an object' } }, 'a text in an object'],
    [{ detail: { error: { message: 'an error in an object' } } }, 'an error in an object'],
    [{ detail: { message: 'a message in an object' } }, 'a message in an object'],
    [{ error: { message: '' } }, 'the provider answered 400 Bad Request'],
    [{ error: { message: 'several\n\n  lines' } }, 'several lines'],
    [null, 'the provider answered 400 Bad Request'],
    ['<html><body>secret page</body></html>', 'the provider answered 400 Bad Request'],
    ['plain text of unknown origin', 'the provider answered 400 Bad Request'],
    ['', 'the provider answered 400 Bad Request'],
  ])('says about %j: %s', (body, message) => {
    expect(errorFromResponse(response(400, body)).message).toBe(message);
  });

  it('shortens long messages', () => {
    const { message } = errorFromResponse(response(400, envelope('x'.repeat(2_000))));
    expect(message).toHaveLength(500);
    expect(message.endsWith('x…')).toBe(true);
  });

  it.each([
    [`Incorrect API key provided: ${KEY}.`, 'Incorrect API key provided: [redacted key].'],
    ['Incorrect API key provided: sk-proj-abc_DEF123.', 'Incorrect API key provided: [redacted key].'],
    ['Incorrect API key provided: sk-ab***************yz.', 'Incorrect API key provided: [redacted key].'],
    ['Invalid API Key gsk_0123456789', 'Invalid API Key [redacted key]'],
    ['header was "Bearer abcdef.ghi"', 'header was "Bearer [redacted key]"'],
    ['invalid data:audio/wav;base64,UklGRiQAAABXQVZF given', 'invalid [redacted data] given'],
    ['task-force risk-free', 'task-force risk-free'],
  ])('cleans %s', (message, expected) => {
    expect(errorFromResponse(response(401, envelope(message)), KEY).message).toBe(expected);
  });

  it('cleans a key that straddles the cut, and keys in other fields', () => {
    const failure = errorFromResponse(
      response(401, envelope(`${'x'.repeat(495)}${KEY}`, { param: KEY, code: KEY })),
      KEY,
    );
    expect(JSON.stringify({ ...failure, message: failure.message })).not.toContain(KEY.slice(0, 4));
  });

  const now = Date.parse('2026-11-20T12:00:00Z');
  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '20' }, 20_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '1500', 'retry-after': '99' }, 1_500],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('reads %j as %s ms', (headers, expected) => {
    expect(errorFromResponse(response(429, envelope('x'), headers), undefined, now).retryAfterMs).toBe(expected);
  });
});

describe('the field that FastAPI names', () => {
  it.each<[unknown, string | undefined]>([
    [[{ loc: ['body', 'response_format'], msg: 'no' }], 'response_format'],
    [[{ loc: ['body', 'timestamp_granularities[]', 0], msg: 'no' }], 'timestamp_granularities[]'],
    [[{}, { loc: ['body', 'temperature'], msg: 'no' }], 'temperature'],
    [[{ loc: 'body', msg: 'no' }], undefined],
    [{ error: { message: 'no', param: 'response_format', code: 'unsupported_value' } }, 'response_format'],
    ['no', undefined],
  ])("is the error's: %j", (detail, param) => {
    expect(errorFromResponse(response(422, { detail }))).toMatchObject({ param, message: 'no' });
  });
});

describe('errorFromEvent', () => {
  it.each<[unknown, FailureReason]>([
    [{ error: { message: 'x', type: 'server_error' } }, 'unavailable'],
    [{ error: { message: 'x', type: 'invalid_request_error' } }, 'request_rejected'],
    [
      { error: { message: 'Audio file might be corrupted or unsupported', type: 'invalid_request_error' } },
      'audio_rejected',
    ],
    [{ error: { message: 'x', code: 'rate_limit_exceeded' } }, 'rate_limited'],
    [{ error: { message: 'x', type: 'insufficient_quota' } }, 'quota_exhausted'],
    [{ error: { message: 'x', type: 'BadRequestError', code: 400 } }, 'request_rejected'],
    [{ error: { message: 'x', type: 'InternalServerError', code: 500 } }, 'unavailable'],
    [{ error: 'just a string' }, 'unavailable'],
    [{ type: 'error', message: 'x' }, 'unavailable'],
    [undefined, 'unavailable'],
  ])('%j is %s', (payload, reason) => {
    expect(errorFromEvent(payload, KEY, 'req_1')).toMatchObject({ reason, upstreamRequestId: 'req_1' });
  });
});
