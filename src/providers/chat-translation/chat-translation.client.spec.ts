import {
  CHAT_KEY,
  CHAT_MODEL,
  ChatSimulator,
  completion,
  messagesOf,
  toSimulatedEnglish,
} from '../../../test/support/chat-simulator.js';
import {
  answer,
  emptyBody,
  errorAnswer,
  hang,
  malformedJson,
  resetBeforeHeaders,
  type ScriptedAnswer,
} from '../../../test/support/simulator-answers.js';
import { ProviderHttp } from '../provider-http.js';
import { ChatTranslationClient } from './chat-translation.client.js';
import type { FailedBill } from '../../domain/bill.js';
import { tokenUsage } from '../../domain/usage.js';

const texts = ['Guten Tag.', 'Wie geht es?'];
const english = texts.map(toSimulatedEnglish);
const never = new AbortController().signal;

describe('ChatTranslationClient', () => {
  let chat: ChatSimulator;
  let client: ChatTranslationClient;
  const http = new ProviderHttp();

  beforeEach(async () => {
    chat = await ChatSimulator.start();
    client = new ChatTranslationClient(http, { apiBase: chat.url, apiKey: CHAT_KEY, model: CHAT_MODEL });
  });
  afterEach(() => chat.close());
  afterAll(() => http.onModuleDestroy());

  it('translates every piece in one call and reports the tokens', async () => {
    await expect(client.translate({ texts }, never)).resolves.toEqual({
      texts: english,
      usage: tokenUsage({ audio: 0, text: 100, output: 20 }),
      upstreamRequestId: 'req_chat',
    });
    expect(chat.batches).toEqual([texts]);
  });

  it('tells the model the language and how the client wants it written', async () => {
    await client.translate({ texts, language: 'de', guidance: 'Colour, not color.' }, never);
    const [system] = messagesOf(chat.lastRequest);
    expect(system?.content).toContain('speech in german into English');
    expect(system?.content).toContain('"Colour, not color."');
    expect(system?.content).toContain('exactly 2 strings');
    await client.translate({ texts }, never);
    expect(messagesOf(chat.lastRequest)[0]?.content).toContain('transcript of speech into English');
  });

  it('takes an answer in a code fence', async () => {
    chat.respondWith(completion(`\`\`\`json\n${JSON.stringify(english)}\n\`\`\``));
    await expect(client.translate({ texts }, never)).resolves.toMatchObject({ texts: english });
    expect(chat.requests).toHaveLength(1);
  });

  const unusable: [string, string | null, string][] = [
    ['no JSON', 'Good day. How are you?', 'it is no JSON'],
    ['another number', '["Good day. How are you?"]', 'it has 1 entries instead of 2'],
    ['no array', '{"1": "Good day."}', 'it is no JSON array'],
    ['no texts', '[1, 2]', 'it has an entry that is no string'],
    ['nothing', null, 'it is empty'],
  ];
  it.each(unusable)('shows the model its mistake once: %s', async (_, content, complaint) => {
    chat.respondWith(completion(content));
    await expect(client.translate({ texts }, never)).resolves.toMatchObject({
      texts: english,
      // Both calls are billed.
      usage: { input_tokens: 200, output_tokens: 40 },
    });
    const [, , own, correction] = messagesOf(chat.lastRequest);
    expect(own).toEqual({ role: 'assistant', content: content ?? '' });
    expect(correction?.content).toContain(complaint);
  });

  it.each(unusable)('gives up after the second: %s', async (_, content, complaint) => {
    chat.respondWith(completion(content), completion(content));
    await expect(client.translate({ texts }, never)).rejects.toMatchObject({
      reason: 'bad_response',
      message: `the translation model's answer cannot be used: ${complaint}`,
    });
    expect(chat.requests).toHaveLength(2);
  });

  it.each([
    ['a wrong key', errorAnswer(401, { message: 'Incorrect API key' }), 'credential_rejected'],
    ['a rate limit', errorAnswer(429, { message: 'slow down' }, { 'retry-after': '3' }), 'rate_limited'],
    ['an empty account', errorAnswer(429, { message: 'x', code: 'insufficient_quota' }), 'quota_exhausted'],
    ['no such model', errorAnswer(404, { message: 'x', code: 'model_not_found' }), 'model_not_found'],
    ['a request that it refuses', errorAnswer(400, { message: 'content filter' }), 'unknown'],
    ['a request that is too large', errorAnswer(413, { message: 'too many tokens' }), 'unknown'],
    ['an outage', errorAnswer(500, { message: 'x' }), 'unavailable'],
    ['a cut connection', resetBeforeHeaders(), 'unavailable'],
    ['malformed JSON', malformedJson(), 'bad_response'],
    ['an empty body', emptyBody(), 'bad_response'],
    ['no choices', answer(200, { choices: [] }), 'bad_response'],
  ])('reports %s without blaming the caller', async (_, scripted, reason) => {
    chat.respondWith(scripted);
    const error: unknown = await client.translate({ texts }, never).catch((it: unknown) => it);
    expect(error).toMatchObject({ reason });
    expect(error).not.toHaveProperty('param', expect.anything());
  });

  describe('what the answers of a failed call say that they cost', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, cost: 0.25 };
    const useless = answer(200, { choices: [{ message: { content: 'no array' } }], usage });
    const counted = tokenUsage({ audio: 0, text: 100, output: 20 });
    const once = { usage: counted, costUsd: 0.25 };
    const twice = { usage: tokenUsage({ audio: 0, text: 200, output: 40 }), costUsd: 0.5 };

    const silent = answer(200, { choices: [{ message: { content: 'no array' } }] });
    const contradiction = { ...usage, total_tokens: 999, prompt_tokens_details: { cached_tokens: 60 } };
    const doubted = answer(200, { choices: [{ message: { content: 'no array' } }], usage: contradiction });
    const cachedTwice = tokenUsage({ audio: 0, text: 200, output: 40, cachedText: 120 });
    const usageDoubt = 'a total of 999 for 100 and 20';

    const failing: readonly (readonly [string, readonly ScriptedAnswer[], FailedBill])[] = [
      ['no completion', [answer(200, { choices: [], usage })], once],
      ['an error with a status of success', [answer(200, { error: { message: 'x', code: 503 }, usage })], once],
      ['two useless answers', [useless, useless], twice],
      ['a useless answer, then no completion', [useless, answer(200, { choices: [], usage })], twice],
      ['a useless answer, then a rate limit', [useless, errorAnswer(429, { message: 'slow down' })], once],
      [
        'an answer that told nothing, then a rate limit',
        [silent, errorAnswer(429, { message: 'slow down' })],
        { isPartial: true },
      ],
      ['what contradicts itself, and the cache', [doubted, doubted], { ...twice, usage: cachedTwice, usageDoubt }],
      ['a useless answer, then a cut connection', [useless, resetBeforeHeaders()], { ...once, isPartial: true }],
    ];
    it.each(failing)('is passed on: %s', async (_, scripted, bill) => {
      chat.respondWith(...scripted);
      const error: unknown = await client.translate({ texts }, never).catch((it: unknown) => it);
      expect(error).toMatchObject({ bill });
    });
  });

  it('keeps the key out of messages, and the pause that was asked for', async () => {
    chat.respondWith(errorAnswer(429, { message: `Key ${CHAT_KEY} is busy` }, { 'retry-after': '3' }));
    await expect(client.translate({ texts }, never)).rejects.toMatchObject({
      message: 'Key [redacted key] is busy',
      retryAfterMs: 3000,
    });
  });

  it('ends with the signal', async () => {
    chat.respondWith(hang());
    const controller = new AbortController();
    const arrived = chat.nextRequest();
    const call = client.translate({ texts }, controller.signal);
    const request = await arrived;
    controller.abort(new DOMException('late', 'TimeoutError'));
    await expect(call).rejects.toMatchObject({ reason: 'timeout' });
    await request.aborted;
  });
});
