import type { FailureReason } from '../../../src/domain/errors.js';
import { failedJob, unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { cloudflareError } from '../../support/cloudflare-simulator.js';
import { blockedAnswer, contentAnswer, contentError } from '../../support/gemini-fixtures.js';
import { answer, htmlPage, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { simulators } from '../../support/simulators.js';
import { AdapterBench } from '../adapter-bench.js';

const bench = new AdapterBench();
afterAll(() => bench.close());

const failureOf = async (provider: string, answers: readonly ScriptedAnswer[]): Promise<unknown> =>
  await bench.transcribe(provider, answers).catch((error: unknown) => error);

const envelope = (message: string, over: object = {}): object => ({
  error: { message, type: 'invalid_request_error', param: null, code: null, ...over },
});

/** Verdicts of one provider that say nothing about the request: what each comes to. */
const verdicts: [provider: string, status: number, body: object, reason: FailureReason, facts?: object][] = [
  // The operator's account.
  [
    'groq',
    400,
    envelope('Organization has been restricted. Please reach out to support.', { code: 'organization_restricted' }),
    'credential_rejected',
  ],
  [
    'groq',
    400,
    envelope('The model `whisper-large-v3` requires terms acceptance. Please have the org admin accept the terms.', {
      code: 'model_terms_required',
    }),
    'credential_rejected',
  ],
  ['openai', 400, envelope('Incorrect API key provided: xai-1'), 'credential_rejected'],
  [
    'elevenlabs',
    400,
    { detail: { status: 'feature_locked', message: 'Zero retention is only available to enterprise plans.' } },
    'credential_rejected',
  ],
  ['deepinfra', 400, { detail: { error: 'insufficient balance' } }, 'quota_exhausted'],
  // The operator's model.
  [
    'openai-compatible',
    400,
    envelope("400: {'error': '/audio/transcriptions: Invalid model name passed in model=whisper-9.'}", {
      type: 'None',
      param: 'None',
      code: '400',
    }),
    'model_not_found',
    { param: undefined, code: undefined },
  ],
  ['openai-compatible', 400, envelope('litellm.BadRequestError: model whisper-9 does not exist'), 'model_not_found'],
  ['openai-compatible', 404, { detail: "Model 'whisper-9' is not installed locally." }, 'model_not_found'],
  ['openai-compatible', 400, { detail: { error: { message: 'unknown model' } } }, 'model_not_found'],
  ['together', 404, envelope('Unable to access model x', { code: 'model_not_available' }), 'model_not_found'],
  ['openai-compatible', 400, envelope('litellm.BadRequestError: LLM Provider NOT provided.'), 'model_not_found'],
  [
    'elevenlabs',
    400,
    { detail: { status: 'invalid_model_id', message: 'model_id x is not valid' } },
    'model_not_found',
  ],
  // The operator's settings.
  [
    'azure',
    400,
    { error: { code: 'unsupported_api_version', message: 'API version not supported' } },
    'misconfigured',
    { message: expect.stringContaining('API version not supported') },
  ],
  // Limits of one model.
  ['groq', 400, envelope('prompt length must be 896 characters or fewer'), 'unsupported'],
  ['groq', 400, envelope('`prompt` is too long'), 'unsupported'],
  [
    'openai',
    400,
    envelope('This model does not support the format you provided.', { param: 'messages', code: 'unsupported_format' }),
    'unsupported',
  ],
  ['openai', 400, envelope("Language 'xx' is not supported", { code: 'unsupported_language' }), 'unsupported'],
  [
    'together',
    422,
    envelope('Audio is too long', { code: 'audio_too_long' }),
    'too_large',
    { code: 'audio_too_long', message: 'Audio is too long' },
  ],
  ['openai-compatible', 400, { detail: 'The audio file exceeds the maximum allowed duration' }, 'too_large'],
  ['openai-compatible', 400, envelope('Maximum file size exceeded'), 'too_large'],
  ['openai-compatible', 400, envelope('Maximum clip duration (30s) exceeded.'), 'too_large'],
  ['openai-compatible', 400, envelope('Audio duration exceeds max_audio_clip_s'), 'too_large'],
  ['elevenlabs', 400, { detail: { status: 'audio_too_long', message: 'so it is' } }, 'too_large'],
  ['elevenlabs', 400, { detail: { status: 'invalid_request', message: 'The audio is too long.' } }, 'too_large'],
  ['cloudflare', 400, cloudflareError(3010, 'Audio is too long: at most 30 minutes'), 'too_large'],
  [
    'deepgram',
    400,
    { err_code: 'Bad Request', err_msg: 'File exceeds the maximum size.', request_id: 'r' },
    'too_large',
  ],
  ['deepgram', 400, { err_code: 'Bad Request', err_msg: 'Keyterm limit exceeded.', request_id: 'r' }, 'unsupported'],
  // What is wrong with the recording, to one of them.
  ['groq', 400, envelope('could not process file - is it a valid media file?'), 'audio_rejected'],
  ['openai', 400, envelope('Unrecognized file format. Supported formats: []'), 'audio_rejected'],
  ['azure', 400, envelope('filtered', { code: 'content_filter' }), 'audio_rejected', { code: 'content_filter' }],
  [
    'azure',
    400,
    {
      error: {
        code: null,
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
      },
    },
    'audio_rejected',
    { code: 'content_filter' },
  ],
  ['gemini', 200, contentAnswer('', 'RECITATION'), 'audio_rejected', { code: 'content_filter' }],
  ['gemini', 200, blockedAnswer('PROHIBITED_CONTENT'), 'audio_rejected', { code: 'content_filter' }],
  [
    'gemini',
    400,
    contentError(400, 'INVALID_ARGUMENT', 'The request was blocked by our safety policy'),
    'audio_rejected',
    { code: 'content_filter' },
  ],
  // Not the deadline of the request.
  [
    'deepgram',
    408,
    { err_code: 'SLOW_UPLOAD', err_msg: 'Failed to process audio: slow upload', request_id: 'r' },
    'unavailable',
  ],
  // FastAPI's detail in all its forms.
  ['openai-compatible', 400, { detail: 'just a text' }, 'request_rejected', { message: 'just a text' }],
  ['openai-compatible', 400, { detail: { message: 'an object' } }, 'request_rejected', { message: 'an object' }],
  [
    'openai-compatible',
    400,
    { detail: { error: { message: 'bad file', param: 'file', code: 'invalid_value' } } },
    'audio_rejected',
    { message: 'bad file', param: 'file', code: 'invalid_value' },
  ],
  [
    'openai-compatible',
    422,
    { detail: [{ type: 'missing', loc: ['body', 'language'], msg: 'Field required', input: null }] },
    'request_rejected',
    { message: 'Field required', param: 'language' },
  ],
];

it.each(verdicts)('%s: %i %j is %s', async (provider, status, body, reason, facts = {}) => {
  expect(await failureOf(provider, [answer(status, body)])).toMatchObject({
    name: 'ProviderError',
    reason,
    upstreamStatus: status,
    ...facts,
  });
});

const everybody = simulators.map(({ provider }) => provider);

/** What says nothing about the model: there is nothing at the address, or something that takes no recordings. */
const nowhere: readonly (readonly [string, ScriptedAnswer])[] = [
  ['a bare page', htmlPage(404)],
  ['nothing', answer(404, '')],
  ["FastAPI's text", answer(404, { detail: 'Not Found' })],
  ["OpenAI's words", answer(404, envelope('Invalid URL (POST /audio/transcriptions)'))],
  ["Kong's words", answer(404, { message: 'no Route matched with those values' })],
  ["Cloudflare's words", answer(404, cloudflareError(7003, 'Could not route to /accounts/x'))],
  ["a web server's 405", htmlPage(405)],
  ["FastAPI's 405", answer(405, { detail: 'Method Not Allowed' }, { allow: 'GET' })],
  ["OpenAI's 405", answer(405, envelope('Not allowed to POST on /v1.', { code: 'method_not_supported' }))],
];

it.each(everybody.flatMap((provider) => nowhere.map(([what, it]) => [provider, what, it] as const)))(
  '%s: %s is about the address',
  async (provider, _what, scripted) => {
    expect(await failureOf(provider, [scripted])).toMatchObject({
      reason: 'misconfigured',
      message: expect.stringMatching(/ answered 40[45] at \/\S+.*: check api_base$/),
    });
  },
);

const redirects = [301, 302, 303, 307, 308].map(
  (status) => [status, 'https://elsewhere.example/v1/?token=secret'] as const,
);
it.each(everybody.flatMap((provider) => redirects.map((it) => [provider, ...it] as const)))(
  '%s: a redirect with %i is about the address, and says which would be right',
  async (provider, status, location) => {
    const failure = await failureOf(provider, [answer(status, '', { location })]);
    const to = 'a redirect to https://elsewhere.example/v1/, which is not followed';
    expect(failure).toMatchObject({
      reason: 'misconfigured',
      message: expect.stringMatching(new RegExp(` answered ${status} at /\\S+, ${to}: check api_base$`)),
    });
  },
);

it.each(everybody)('%s: a redirect that only adds a slash names the path, one to nowhere nothing', async (provider) => {
  expect(await failureOf(provider, [answer(307, '', { location: '/audio/' })])).toMatchObject({
    message: expect.stringMatching(/, a redirect to \/audio\/, which is not followed: check api_base$/),
  });
  expect(await failureOf(provider, [answer(307, '')])).toMatchObject({
    message: expect.stringMatching(/, a redirect, which is not followed: check api_base$/),
  });
});

it.each(everybody)('%s: what it has not implemented another model may have', async (provider) => {
  expect(await failureOf(provider, [answer(501, '')])).toMatchObject({ reason: 'unsupported' });
});

it.each(everybody)('%s: 411 is nobody else than the gateway or the provider', async (provider) => {
  expect(await failureOf(provider, [answer(411, '')])).toMatchObject({ reason: 'unknown' });
});

it.each(everybody)('%s: 408 is not the deadline of the request', async (provider) => {
  expect(await failureOf(provider, [answer(408, '')])).toMatchObject({ reason: 'unavailable' });
});

it.each(everybody)("%s: FastAPI's detail is read", async (provider) => {
  for (const detail of [
    'so it is',
    { message: 'so it is' },
    { error: { message: 'so it is' } },
    { error: 'so it is' },
    [{ loc: ['body', 'x'], msg: 'so it is', type: 'value_error' }],
  ]) {
    expect(await failureOf(provider, [answer(400, { detail })])).toMatchObject({
      reason: 'request_rejected',
      message: 'so it is',
    });
  }
});

/** How providers say that nobody speaks. */
const noSpeech = [
  'No speech detected',
  'No speech was detected in the audio.',
  'No active speech found in audio',
  'No human voice could be recognized',
  'No voice activity detected',
  'The audio contains no speech.',
  'The recording has no spoken words.',
  'File does not appear to contain spoken audio.',
  'audio does not contain any speech',
  'There is no speech in this file',
  'Could not detect any speech',
  'language_detection cannot be performed on files with no spoken audio.',
];

/** An error in a provider's own form. */
function errorOf(provider: string, message: string): object {
  if (provider === 'deepgram') return { err_code: 'Bad Request', err_msg: message, request_id: 'r' };
  if (provider === 'cloudflare') return cloudflareError(3010, message);
  if (provider === 'elevenlabs') return { detail: { status: 'invalid_request', message } };
  return provider === 'gemini' ? contentError(400, 'INVALID_ARGUMENT', message) : envelope(message);
}

it.each(everybody.flatMap((provider) => noSpeech.map((message) => [provider, message] as const)))(
  '%s: "%s" is no failure of anybody',
  async (provider, message) => {
    const failure = await failureOf(provider, [answer(400, errorOf(provider, message))]);
    expect(failure).toMatchObject({ heardNothing: true });
  },
);

it.each([
  ['openai', envelope('so it is', { code: 'no_speech_detected' })],
  ['openai', envelope('so it is', { type: 'no_speech' })],
  ['elevenlabs', { detail: { status: 'no_speech_detected', message: 'so it is' } }],
  ['deepgram', { err_code: 'NO_SPEECH_DETECTED', err_msg: 'so it is', request_id: 'r' }],
])('%s: %j is no failure of anybody', async (provider, body) => {
  expect(await failureOf(provider, [answer(400, body)])).toMatchObject({ heardNothing: true });
});

it.each([
  'No speech model is deployed',
  'This key has no speech to text permission',
  'Audio speech threshold 0.1 is below the requested speech threshold value 0.5',
  'The file does not appear to contain audio',
  'no speech-to-text quota left',
])('other words about speech are a failure: %s', async (message) => {
  expect(await failureOf('openai', [answer(400, envelope(message))])).toMatchObject({ heardNothing: false });
});

it("a server's own failure is one, whatever it says", async () => {
  const scripted = answer(500, envelope('No speech detected'));
  expect(await failureOf('openai', [scripted])).toMatchObject({ reason: 'unavailable', heardNothing: false });
});

it.each(noSpeech)('assemblyai: a job that says "%s" has heard nothing', async (message) => {
  const answers = [
    answer(200, { upload_url: UPLOAD_URL }),
    answer(200, unfinishedJob('queued', {})),
    answer(200, failedJob(message)),
  ];
  expect(await failureOf('assemblyai', answers)).toMatchObject({ heardNothing: true });
});

it('assemblyai: a job that is too long is too large', async () => {
  const answers = [
    answer(200, { upload_url: UPLOAD_URL }),
    answer(200, unfinishedJob('queued', {})),
    answer(200, failedJob('Audio duration is too long.')),
  ];
  expect(await failureOf('assemblyai', answers)).toMatchObject({ reason: 'too_large' });
});
