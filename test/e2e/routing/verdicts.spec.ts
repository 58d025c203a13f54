import { errorAnswer } from '../../support/simulator-answers.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start();
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

// All of them are simulated as OpenAI, with its names of models.
const groq = { provider: 'groq' };
const together = { provider: 'together' };
const gpt4o = { upstream_model: 'gpt-4o-transcribe' };
const otherGateway = { provider: 'openai-compatible' };

interface Said {
  readonly message: string;
  readonly code?: string;
}

/** What one provider says of a request that another one serves: test/contract/provider-errors has it of every provider. */
const verdicts: readonly (readonly [
  first: Readonly<Record<string, unknown>>,
  status: number,
  error: Said,
  outcome: string,
])[] = [
  [groq, 400, { message: 'Organization has been restricted.', code: 'organization_restricted' }, 'credential_rejected'],
  [groq, 400, { message: 'requires terms acceptance', code: 'model_terms_required' }, 'credential_rejected'],
  [groq, 400, { message: 'prompt length must be 896 characters or fewer' }, 'unsupported'],
  [groq, 400, { message: 'could not process file - is it a valid media file?' }, 'audio_rejected'],
  [gpt4o, 400, { message: 'This model does not support the format you provided.' }, 'unsupported'],
  [groq, 400, { message: 'The response was filtered', code: 'content_filter' }, 'audio_rejected'],
  [together, 422, { message: 'Audio is too long', code: 'audio_too_long' }, 'too_large'],
  [otherGateway, 400, { message: 'litellm.BadRequestError: model whisper-9 does not exist' }, 'model_not_found'],
  [groq, 400, { message: 'Unrecognized file format. Supported formats: []' }, 'audio_rejected'],
  [groq, 400, { message: 'so it is', code: 'something_new' }, 'request_rejected'],
];

describe("one provider's verdict", () => {
  it.each(verdicts)("is not the request's: %j %i %j", async (first, status, error, outcome) => {
    await bench.createModel('main', { a: first, b: {} });
    await bench.script({ a: [errorAnswer(status, error)] });
    const { response, tried } = await bench.send();
    expect([response.status, tried]).toEqual([200, `a:${outcome} b:success`]);
  });

  it.each(verdicts)('is told where nobody else is left: %j %i %j', async (first, status, error, outcome) => {
    await bench.createModel('main', { a: first });
    await bench.script({ a: [errorAnswer(status, error)] });
    const { response, text, tried } = await bench.send();
    expect(tried).toBe(`a:${outcome}`);
    const isOperators = ['credential_rejected', 'model_not_found'].includes(outcome);
    const told = JSON.parse(text).error;
    if (isOperators) {
      expect([response.status, told.code]).toEqual([502, `provider_${outcome}`]);
      expect(text).not.toContain(error.message);
    } else {
      expect(response.status).toBe(outcome === 'too_large' ? 413 : 400);
      expect(told.message).toBe(error.message);
    }
  });

  it('is told in the words of the first when all agree', async () => {
    await bench.createModel('main', { a: groq, b: {}, c: together });
    const refused = (message: string) => errorAnswer(400, { message });
    await bench.script({
      a: [refused('could not process file')],
      b: [refused('Unrecognized file format.')],
      c: [refused('Failed to decode audio file')],
    });
    const { response, text, tried } = await bench.send();
    expect([response.status, tried]).toEqual([400, 'a:audio_rejected b:audio_rejected c:audio_rejected']);
    expect(JSON.parse(text).error.message).toBe('could not process file');
  });

  it('does not make the same provider look twice', async () => {
    await bench.createModel('main', { a: groq, b: groq, c: {} });
    await bench.script({ a: [errorAnswer(400, { message: 'could not process file' })] });
    const { tried } = await bench.send();
    expect(tried).toBe('a:audio_rejected c:success');
  });
});
