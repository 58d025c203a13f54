import { tokenUsage } from '../../../src/domain/usage.js';
import type { ChatAnswer, ChatCall, ChatEvent } from '../../../src/providers/chat-call.js';
import type { ProviderAdapter } from '../../../src/providers/provider-adapter.js';
import { azure } from '../../../src/providers/azure/azure.adapter.js';
import { gemini } from '../../../src/providers/gemini/gemini.adapter.js';
import { mistral } from '../../../src/providers/mistral/mistral.adapter.js';
import { openAi } from '../../../src/providers/openai/openai.adapter.js';
import { openAiCompatible } from '../../../src/providers/openai-compatible/openai-compatible.adapter.js';
import { ProviderHttp } from '../../../src/providers/provider-http.js';
import { makeWav } from '../../support/audio.js';
import {
  AudioChatSimulator,
  azureChat,
  type ChatProfile,
  geminiChatProfile,
  mistralChatProfile,
  openAiChat,
  plainChat,
  REPLY,
  SPOKEN_REPLY,
} from '../../support/audio-chat-simulator.js';
import { chatRequest } from '../../support/chat-call.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import {
  answer,
  emptyBody,
  errorAnswer,
  eventStream,
  hang,
  htmlPage,
  malformedJson,
  resetBeforeHeaders,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { loadSpec } from '../../support/specs.js';

const http = new ProviderHttp();
afterAll(() => http.onModuleDestroy());

const recording = { data: makeWav({ durationSeconds: 1 }).toString('base64'), format: 'wav' };
const text = { role: 'user', content: 'Is a golden retriever a good family dog?' };
const heard = {
  role: 'user',
  content: [
    { type: 'text', text: 'What is in this recording?' },
    { type: 'input_audio', input_audio: recording },
  ],
};

interface Subject {
  readonly adapter: ProviderAdapter;
  readonly profile: ChatProfile;
  readonly basePath: string;
  readonly model: string;
  readonly settings?: unknown;
}

const subjects: Readonly<Record<string, Subject>> = {
  openai: { adapter: openAi(http), profile: openAiChat, basePath: '/v1', model: 'gpt-audio' },
  azure: {
    adapter: azure(http),
    profile: azureChat,
    basePath: '',
    model: 'our-audio',
    settings: { url_style: 'deployment', auth: 'api-key' },
  },
  mistral: { adapter: mistral(http), profile: mistralChatProfile, basePath: '/v1', model: 'voxtral-small-latest' },
  gemini: { adapter: gemini(http), profile: geminiChatProfile, basePath: '', model: 'gemini-2.5-flash' },
  'openai-compatible': { adapter: openAiCompatible(http), profile: plainChat, basePath: '/v1', model: 'any-model' },
};

/** A provider, and what to ask it. */
class Bench {
  constructor(
    readonly upstream: AudioChatSimulator,
    private readonly subject: Subject,
  ) {}

  static async start(name: string): Promise<Bench> {
    const subject = subjects[name];
    if (!subject) throw new Error(`there is no ${name}`);
    return new Bench(await AudioChatSimulator.start(subject.profile), subject);
  }

  private async callOf(body: object | string, audioSeconds?: number, signal?: AbortSignal): Promise<ChatCall> {
    const { basePath, model, settings = {} } = this.subject;
    return {
      request: await chatRequest(body, audioSeconds),
      upstreamModel: model,
      apiBase: this.upstream.origin + basePath,
      apiKey: SIMULATOR_KEY,
      settings,
      signal: signal ?? new AbortController().signal,
    };
  }

  async complete(body: object | string, audioSeconds?: number, signal?: AbortSignal): Promise<ChatAnswer> {
    const { chat } = this.subject.adapter;
    if (!chat) throw new Error('it has no chats');
    return await chat.call(this.subject.adapter, await this.callOf(body, audioSeconds, signal));
  }

  async stream(body: object | string, audioSeconds?: number, signal?: AbortSignal): Promise<ChatEvent[]> {
    const { chatStream } = this.subject.adapter;
    if (!chatStream) throw new Error('it has no chats');
    const events: ChatEvent[] = [];
    const call = await this.callOf(body, audioSeconds, signal);
    for await (const event of chatStream.call(this.subject.adapter, call)) events.push(event);
    return events;
  }

  close(): Promise<void> {
    return this.upstream.close();
  }
}

describe.each(Object.keys(subjects))('chats of %s', (name) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.start(name);
  });
  afterEach(() => bench.close());

  it('passes the answer on as it is', async () => {
    const { body, text: said, usage } = await bench.complete({ model: 'public', messages: [text] });
    expect(JSON.parse(body.toString()).choices[0].message.content).toBe(REPLY);
    expect(said).toBe(REPLY);
    expect(usage?.type).toBe('tokens');
  });

  it('lets it hear a recording', async () => {
    const { text: said } = await bench.complete({ model: 'public', messages: [heard] }, 1);
    expect(said).toBe(REPLY);
    expect(JSON.stringify(bench.upstream.lastBody)).toContain(recording.data);
  });

  it('passes on every piece of a stream, and its usage', async () => {
    const events = await bench.stream({ model: 'public', messages: [heard], stream: true }, 1);
    const pieces = events.flatMap((event) => (event.type === 'relay' ? [JSON.parse(event.data)] : []));
    expect(pieces.map((it) => it.choices[0].delta.content ?? '').join('')).toBe(REPLY);
    expect(pieces.every((it) => it.choices.length === 1)).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'done', text: REPLY, usage: { type: 'tokens' } });
  });

  it.each<[string, ScriptedAnswer, object]>([
    ['an error with a status of success', answer(200, { error: { message: 'boom', type: 'server_error' } }), {}],
    ['a page', htmlPage(200), { reason: 'bad_response' }],
    ['broken JSON', malformedJson(), { reason: 'bad_response' }],
    ['nothing', emptyBody(), { reason: 'bad_response' }],
    ['no choices', answer(200, { object: 'chat.completion', choices: [] }), { reason: 'bad_response' }],
    ['a cut connection', resetBeforeHeaders(), { reason: 'unavailable' }],
    [
      'a rate limit',
      errorAnswer(429, { message: 'slow down' }, { 'retry-after': '3' }),
      { reason: 'rate_limited', retryAfterMs: 3000 },
    ],
    [
      'a wrong key',
      errorAnswer(401, { message: `Incorrect API key provided: ${SIMULATOR_KEY}` }),
      { reason: 'credential_rejected', message: expect.not.stringContaining(SIMULATOR_KEY) },
    ],
    [
      'a bad request',
      errorAnswer(400, { message: 'bad temperature', param: 'temperature' }),
      { reason: 'request_rejected' },
    ],
  ])('tells of %s', async (_what, scripted, facts) => {
    const expected = { name: 'ProviderError', ...facts };
    bench.upstream.respondWith(scripted, scripted);
    await expect(bench.complete({ messages: [text] })).rejects.toMatchObject(expected);
    await expect(bench.stream({ messages: [text], stream: true })).rejects.toMatchObject(expected);
  });

  it.each<[string, readonly (string | object)[], object]>([
    ['an error in it', [{ error: { message: 'overloaded', code: 'server_error' } }], { reason: 'unavailable' }],
    ['an end that is missing', [{ choices: [{ index: 0, delta: { content: 'Y' } }] }], { reason: 'bad_response' }],
    ['nothing in it', ['[DONE]'], { reason: 'bad_response' }],
    ['what is no JSON', ['oops'], { reason: 'bad_response' }],
  ])('tells of a stream with %s', async (_what, events, expected) => {
    bench.upstream.respondWith(eventStream(events));
    await expect(bench.stream({ messages: [text], stream: true })).rejects.toMatchObject(expected);
  });

  it('makes a stream of an answer that came whole', async () => {
    bench.upstream.respondWith(
      answer(200, {
        id: 'x',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
      }),
    );
    const [first, last] = await bench.stream({ messages: [text], stream: true });
    expect(first?.type === 'relay' && JSON.parse(first.data)).toEqual({
      id: 'x',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
    });
    expect(last).toMatchObject({ type: 'done', text: 'Yes.' });
  });

  it('takes the end of what is said for the end where the terminator is missing', async () => {
    bench.upstream.respondWith(
      eventStream([{ choices: [{ index: 0, delta: { content: 'Yes.' }, finish_reason: 'stop' }] }]),
    );
    await expect(bench.stream({ messages: [text], stream: true })).resolves.toMatchObject([{}, { text: 'Yes.' }]);
  });

  it('ends with the signal', async () => {
    bench.upstream.respondWith(hang());
    const controller = new AbortController();
    const arrived = bench.upstream.nextRequest();
    const call = bench.stream({ messages: [text], stream: true }, undefined, controller.signal);
    const request = await arrived;
    controller.abort(new DOMException('late', 'TimeoutError'));
    await expect(call).rejects.toMatchObject({ reason: 'timeout' });
    await request.aborted;
  });
});

describe('the body', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await Bench.start('openai-compatible');
  });
  afterEach(() => bench.close());

  it.each([
    [
      '{ "model" : "public" ,\n "messages":[ {"role":"user","content":"a\\u0062\\/"} ],"x":1e2 , "y":[0.10]}',
      '{ "model" : "any-model" ,\n "messages":[ {"role":"user","content":"a\\u0062\\/"} ],"x":1e2 , "y":[0.10]}',
    ],
    [
      '{"messages":[{"role":"user","content":"hi","x":{"model":"stays"}}],"\\u006dodel":"public","model":"twice"}',
      '{"messages":[{"role":"user","content":"hi","x":{"model":"stays"}}],"\\u006dodel":"any-model","model":"any-model"}',
    ],
    ['{"messages":[]}', '{"model":"any-model","messages":[]}'],
    [
      '{"fallbacks":["b"],"messages":[],"timeout":5, "num_retries":1,"metadata":{"a":1},"user":"u","model":"m","tags":["t"],"litellm_session_id":"s","drop_params":true,"mock_testing_fallbacks":false,"cache":{"no-cache":true}}',
      '{"messages":[],"user":"u","model":"any-model"}',
    ],
    [
      '{"messages":[],"store":true,"metadata":{"a":"1"},"model":"m","__proto__":{"model":"x"}}',
      '{"messages":[],"store":true,"metadata":{"a":"1"},"model":"any-model","__proto__":{"model":"x"}}',
    ],
  ])('of %j is passed on by its bytes', async (sent, arrived) => {
    bench.upstream.hear(() => answer(200, { choices: [{ message: { content: 'ok' } }] }));
    await bench.complete(sent).catch(() => undefined);
    expect(bench.upstream.lastRequest.rawBody.toString()).toBe(arrived);
    expect(bench.upstream.lastRequest.headers['content-length']).toBe(String(Buffer.byteLength(arrived)));
  });

  it.each([
    [
      '{"messages":[],"stream":true}',
      '{"model":"any-model","stream_options":{"include_usage":true},"messages":[],"stream":true}',
    ],
    [
      '{"messages":[],"stream":true,"stream_options":{"include_obfuscation":false},"model":"m"}',
      '{"messages":[],"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true},"model":"any-model"}',
    ],
    [
      '{"messages":[],"stream":true,"stream_options":null,"model":"m"}',
      '{"messages":[],"stream":true,"stream_options":{"include_usage":true},"model":"any-model"}',
    ],
    [
      '{"messages":[],"stream":true,"stream_options":{ "include_usage":true },"model":"m"}',
      '{"messages":[],"stream":true,"stream_options":{ "include_usage":true },"model":"any-model"}',
    ],
  ])('of the stream %j asks for the usage', async (sent, arrived) => {
    bench.upstream.hear(() => eventStream(['[DONE]']));
    await bench.stream(sent).catch(() => undefined);
    expect(bench.upstream.lastRequest.rawBody.toString()).toBe(arrived);
  });
});

describe('usage', () => {
  const ask = { messages: [heard] };

  it('has its kinds in and out', async () => {
    const bench = await Bench.start('openai');
    const spoken = await bench.complete(
      { ...ask, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
      1,
    );
    expect(spoken).toMatchObject({ text: REPLY, upstreamRequestId: 'req_chat' });
    expect(spoken.usage).toEqual(tokenUsage({ audio: 50, text: 20, output: 60, outputAudio: 48, cachedText: 8 }));
    expect(JSON.parse(spoken.body.toString()).choices[0].message.audio.data).toBe(SPOKEN_REPLY.toString('base64'));
    const written = await bench.complete({ messages: [text] });
    expect(written.usage).toEqual(tokenUsage({ audio: 0, text: 20, output: 10, cachedText: 8 }));
    await bench.close();
  });

  it('is at the end of a stream in speech', async () => {
    const bench = await Bench.start('openai');
    const events = await bench.stream(
      { ...ask, stream: true, modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'pcm16' } },
      1,
    );
    expect(events.at(-1)).toMatchObject({ type: 'done', text: REPLY });
    expect(events.at(-1)?.usage).toEqual(
      tokenUsage({ audio: 50, text: 20, output: 60, outputAudio: 48, cachedText: 8 }),
    );
    const data = events.flatMap((it) =>
      it.type === 'relay' ? [JSON.parse(it.data).choices[0]?.delta.audio?.data ?? ''] : [],
    );
    expect(Buffer.concat(data.map((it) => Buffer.from(it, 'base64')))).toEqual(SPOKEN_REPLY.subarray(44));
    await bench.close();
  });

  it('passes on the chunk with it to who has asked for it', async () => {
    const bench = await Bench.start('openai');
    const events = await bench.stream({ messages: [text], stream: true, stream_options: { include_usage: true } });
    const last = events.at(-2);
    expect(last?.type === 'relay' && JSON.parse(last.data)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 20 },
    });
    await bench.close();
  });

  it('of Gemini is told apart by the length of the recording, and has its thoughts', async () => {
    const bench = await Bench.start('gemini');
    const { usage, usageDoubt } = await bench.complete(ask, 1);
    expect(usage).toEqual(tokenUsage({ audio: 32, text: 28, output: 40 }));
    expect(usageDoubt).toBe('what of the input was audio is reckoned from its length');
    const written = await bench.complete({ messages: [text] });
    expect(written.usage).toEqual(tokenUsage({ audio: 0, text: 20, output: 40 }));
    expect(written.usageDoubt).toBeUndefined();
    await bench.close();
  });

  it('of which the kinds are not told is doubted', async () => {
    const bench = await Bench.start('mistral');
    const { usage, usageDoubt } = await bench.complete(ask, 1);
    expect(usage).toEqual(tokenUsage({ audio: 40, text: 0, output: 10 }));
    expect(usageDoubt).toBe('it does not say how much of the input was audio');
    await bench.close();
  });

  it('is not asked for where that is refused, once and for all', async () => {
    const bench = await Bench.start('openai-compatible');
    const refusal = errorAnswer(422, { message: 'body.stream_options: Extra inputs are not permitted' });
    bench.upstream.hear((request) =>
      request.rawBody.includes('stream_options')
        ? refusal
        : eventStream([{ choices: [{ index: 0, delta: { content: 'Yes.' } }] }, '[DONE]']),
    );
    for (const calls of [2, 3]) {
      await expect(bench.stream({ messages: [text], stream: true })).resolves.toHaveLength(2);
      expect(bench.upstream.requests).toHaveLength(calls);
    }
    await bench.close();
  });
});

const spec = loadSpec('azure-openai-deployments.json');

(spec ? describe : describe.skip)("the simulator against Azure's specification", () => {
  it.each([
    [
      'createChatCompletionRequest',
      'whole',
      { messages: [heard], modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } },
    ],
    ['createChatCompletionRequest', 'in pieces', { messages: [heard], stream: true }],
  ])('sends a %s %s', async (schema, _, body) => {
    const bench = await Bench.start('azure');
    await ('stream' in body ? bench.stream(body, 1) : bench.complete(body, 1));
    const validate = spec?.validator(schema);
    validate?.(bench.upstream.lastBody);
    expect(validate?.errors ?? []).toEqual([]);
    await bench.close();
  });

  it('answers as specified', async () => {
    const bench = await Bench.start('azure');
    const whole = await bench.complete({ messages: [heard] }, 1);
    const validate = spec?.validator('createChatCompletionResponse');
    validate?.(JSON.parse(whole.body.toString()));
    expect(validate?.errors ?? []).toEqual([]);
    const chunk = spec?.validator('createChatCompletionStreamResponse');
    for (const event of await bench.stream({ messages: [text], stream: true })) {
      if (event.type === 'relay') chunk?.(JSON.parse(event.data));
      // Null until the end, which the document leaves out of its list.
      expect((chunk?.errors ?? []).filter((it) => !it.instancePath.endsWith('finish_reason'))).toEqual([]);
    }
    await bench.close();
  });
});
