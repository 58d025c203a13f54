import { collect, plainRequest } from '../../../test/support/adapter-contract.js';
import {
  type Refusal,
  refusals,
  type SelfHosted,
  SelfHostedSimulator,
} from '../../../test/support/self-hosted-simulator.js';
import { answer, errorAnswer, htmlPage } from '../../../test/support/simulator-answers.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import type { ResponseFormat, TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { openAiCompatible } from './openai-compatible.adapter.js';
import type { OpenAiCompatibleSettings } from './openai-compatible.settings.js';

const http = new ProviderHttp();
afterAll(() => http.onModuleDestroy());
const opened: SelfHostedSimulator[] = [];
afterEach(async () => {
  for (const it of opened.splice(0)) await it.close();
});

/** A new adapter, which has learned nothing, in front of a server. */
async function stage(server: SelfHosted) {
  const upstream = await SelfHostedSimulator.start(server);
  opened.push(upstream);
  const adapter = openAiCompatible(http);
  function callFor(
    over: Partial<TranscriptionRequest>,
    call: Partial<ProviderCall<OpenAiCompatibleSettings>> = {},
  ): ProviderCall<OpenAiCompatibleSettings> {
    const request = plainRequest(over);
    return {
      request,
      upstreamModel: 'whisper',
      upstreamFormat: request.responseFormat,
      apiBase: upstream.url,
      settings: {},
      signal: new AbortController().signal,
      ...call,
    };
  }
  return {
    upstream,
    adapter,
    callFor,
    ask: (
      responseFormat: ResponseFormat,
      over: Partial<TranscriptionRequest> = {},
      call: Partial<ProviderCall<OpenAiCompatibleSettings>> = {},
    ) => adapter.transcribe(callFor({ responseFormat, ...over }, call)),
    stream: async (over: Partial<TranscriptionRequest> = {}) => {
      if (!adapter.stream) throw new Error('no stream');
      return collect(adapter.stream(callFor({ stream: true, ...over })));
    },
  };
}

const modest = ['json', 'verbose_json'];

describe('a server whose formats nobody has named', () => {
  it.each<[string, Refusal]>(Object.entries(refusals))(
    'is asked for another format when it refuses one in %s, and from then on at once',
    async (_what, refusal) => {
      const { upstream, ask } = await stage({ formats: modest, refusal });
      await expect(ask('srt')).resolves.toMatchObject({ native: undefined, segments: [{ startSeconds: 0 }, {}] });
      expect(upstream.asked).toEqual(['srt', 'verbose_json']);
      await ask('srt');
      expect(upstream.asked.slice(2)).toEqual(['verbose_json']);
    },
  );

  it.each<[ResponseFormat, string]>([
    ['srt', 'verbose_json'],
    ['vtt', 'verbose_json'],
    ['text', 'json'],
  ])('is asked for the plainest of what %s can be made of', async (format, made) => {
    const { upstream, ask } = await stage({ formats: modest });
    expect((await ask(format)).text).toBe(SPOKEN);
    expect(upstream.asked).toEqual([format, made]);
  });

  it('keeps its own answers where it has them', async () => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    await ask('text');
    expect((await ask('srt')).native?.format).toBe('srt');
    expect((await ask('verbose_json')).native?.format).toBe('verbose_json');
    expect(upstream.asked).toEqual(['text', 'json', 'srt', 'verbose_json']);
  });

  it('is asked until something is left that it takes', async () => {
    const { upstream, ask } = await stage({ formats: ['text'] });
    expect((await ask('srt')).text).toBe(SPOKEN);
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'json', 'text']);
    await ask('json');
    expect(upstream.asked.slice(4)).toEqual(['text']);
  });

  it('is not believed when it refuses everything: the first refusal is told, and nothing learned', async () => {
    const { upstream, ask } = await stage({ formats: [] });
    await expect(ask('srt')).rejects.toMatchObject({
      reason: 'request_rejected',
      message: 'srt is not for this model',
    });
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'json', 'text']);
    await expect(ask('srt')).rejects.toMatchObject({ message: 'srt is not for this model' });
    expect(upstream.asked[4]).toBe('srt');
  });

  it.each([
    ['the audio', errorAnswer(400, { message: "Invalid file format. Supported formats: ['flac', 'wav']" })],
    ['another field', answer(422, { detail: [{ loc: ['body', 'temperature'], msg: 'Not with srt' }] })],
    ['nothing known', answer(500, 'Internal Server Error')],
    ['the model', errorAnswer(404, { message: 'The model `x` does not exist', code: 'model_not_found' })],
  ])('is not asked again when its error is about %s', async (_what, error) => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    upstream.respondWith(error);
    await expect(ask('srt')).rejects.toMatchObject({ name: 'ProviderError' });
    expect(upstream.asked).toEqual(['srt']);
  });

  it('passes on what the second call meets, and learns nothing from it', async () => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    upstream.respondWith(
      errorAnswer(400, { message: 'no', param: 'response_format' }),
      answer(503, { detail: 'busy' }),
    );
    await expect(ask('srt')).rejects.toMatchObject({ reason: 'unavailable', message: 'busy' });
    await ask('srt');
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'srt']);
  });

  it('is left alone when the client has gone', async () => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    const controller = new AbortController();
    upstream.respondWith({
      run: (response) => {
        controller.abort();
        response.destroy();
      },
    });
    await expect(ask('srt', {}, { signal: controller.signal })).rejects.toMatchObject({ reason: 'aborted' });
    expect(upstream.asked).toEqual(['srt']);
  });

  it('is asked for verbose_json next time when it answers JSON whatever was asked for', async () => {
    const { upstream, ask } = await stage({ formats: modest, ignores: ['srt', 'text'] });
    const first = await ask('srt');
    expect([first.text, first.segments, first.native]).toEqual([SPOKEN, undefined, undefined]);
    expect((await ask('srt')).segments).toHaveLength(2);
    await ask('text');
    await ask('text');
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'text', 'json']);
  });

  it('is asked again at once when it answers something else than subtitles', async () => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    upstream.respondWith(answer(200, SPOKEN, { 'content-type': 'text/plain' }));
    expect((await ask('srt')).segments).toHaveLength(2);
    expect(upstream.asked).toEqual(['srt', 'verbose_json']);
  });

  it('learns nothing from a page of a proxy', async () => {
    const { upstream, ask } = await stage({ formats: [...modest, 'srt'] });
    upstream.respondWith(htmlPage(200), htmlPage(200));
    await expect(ask('srt')).rejects.toMatchObject({ reason: 'bad_response' });
    expect((await ask('srt')).native?.format).toBe('srt');
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'srt']);
  });

  it('is not asked for words, or for granularities at all, when it refuses them', async () => {
    const words = await stage({ formats: modest, granularities: ['segment'], refusal: refusals['a text'] });
    const both = { granularities: ['word', 'segment'] as const };
    expect((await words.ask('verbose_json', both)).segments).toHaveLength(2);
    await words.ask('verbose_json', both);
    expect(words.upstream.requests.map((it) => it.values('timestamp_granularities[]'))).toEqual([
      ['word', 'segment'],
      ['segment'],
      ['segment'],
    ]);
    const none = await stage({ formats: modest, granularities: [], refusal: refusals['a list'] });
    await none.ask('srt');
    await none.ask('verbose_json', both);
    await none.ask('vtt');
    expect(
      none.upstream.requests.map((it) => [it.value('response_format'), ...it.values('timestamp_granularities[]')]),
    ).toEqual([
      ['srt'],
      ['verbose_json', 'word', 'segment'],
      ['verbose_json'],
      ['verbose_json', 'segment'],
      ['verbose_json'],
      ['vtt'],
      ['verbose_json'],
    ]);
  });

  it('makes the events of a server that refuses to stream', async () => {
    const { upstream, stream } = await stage({ formats: modest, streams: 'refused' });
    for (const _ of [1, 2]) expect((await stream()).at(-1)).toMatchObject({ type: 'done', text: SPOKEN });
    expect(upstream.requests.map((it) => it.value('stream'))).toEqual(['true', undefined, undefined]);
  });

  it('relays the stream of one that refuses only the format', async () => {
    const { upstream, stream } = await stage({ formats: modest, streams: 'yes' });
    expect((await stream({ responseFormat: 'text' })).at(-1)).toMatchObject({ type: 'done' });
    expect(upstream.requests.map((it) => [it.value('stream'), it.value('response_format')])).toEqual([
      ['true', 'text'],
      ['true', 'json'],
    ]);
  });

  it('is remembered by address, model and task, whatever the deployment', async () => {
    const { upstream, ask } = await stage({ formats: modest });
    await ask('srt');
    await ask('srt', {}, { upstreamModel: 'another' });
    await ask('srt', { task: 'translate' });
    expect(upstream.asked).toEqual(['srt', 'verbose_json', 'srt', 'verbose_json', 'srt', 'verbose_json']);
    await ask('srt', {}, { settings: { formats: 'auto', max_bytes: 1_000 } });
    expect(upstream.asked.slice(6)).toEqual(['verbose_json']);
  });

  it.each<OpenAiCompatibleSettings>([{ formats: ['json', 'srt'] }, { server: 'localai' }])(
    'is obeyed where its formats are written: %p',
    async (settings) => {
      const { upstream, ask } = await stage({ formats: modest });
      await expect(ask('srt', {}, { settings })).rejects.toMatchObject({ reason: 'request_rejected' });
      expect(upstream.asked).toEqual(['srt']);
    },
  );

  it('may be one that we know, and still be asked', async () => {
    const { upstream, ask } = await stage({ formats: modest });
    expect((await ask('srt', {}, { settings: { server: 'localai', formats: 'auto' } })).segments).toHaveLength(2);
    expect(upstream.asked).toEqual(['srt', 'verbose_json']);
  });
});
