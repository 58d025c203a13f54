import { SpanStatusCode } from '@opentelemetry/api';
import { CHAT_MODEL, CHAT_USAGE } from '../../support/chat-simulator.js';
import { RecordedSpans, type RecordedSpan } from '../../support/recorded-spans.js';
import { errorAnswer, hang } from '../../support/simulator-answers.js';
import { RoutingBench } from '../routing/routing-bench.js';
import { TranslationBench } from '../translations/translation-bench.js';

const spans = new RecordedSpans();

const parentsOf = (all: readonly RecordedSpan[]) => all.map(({ parentSpanContext }) => parentSpanContext?.spanId);
const TOKENS = ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'] as const;
const tokensOf = ({ attributes }: RecordedSpan) => TOKENS.map((name) => attributes[name]);

describe('attempts on deployments', () => {
  let bench: RoutingBench;
  beforeAll(async () => {
    bench = await RoutingBench.start({}, spans);
  });
  afterEach(() => bench.clear());
  afterAll(() => bench.gateway.close());

  it('that were hedged stand side by side, and the one that was overtaken has not failed', async () => {
    const { a, b } = await bench.createModel('main', { a: {}, b: {} }, { hedging: true });
    for (let count = 0; count < 20; count += 1) await bench.send();
    await bench.script({ a: [hang()] });
    const arrival = (await bench.simulator('a')).nextRequest();
    bench.sleep = async () => {
      await arrival;
      bench.clock.advance(300);
    };
    const { response } = await bench.send();
    const { request, attempts } = await spans.of(response);
    expect(attempts).toMatchObject([
      {
        name: 'transcription whisper-1',
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          'auricle.deployment_id': a,
          'auricle.outcome': 'aborted',
          'error.type': 'aborted',
          'auricle.hedge': false,
          'auricle.retry': false,
        },
      },
      {
        name: 'transcription whisper-1',
        status: { code: SpanStatusCode.UNSET },
        attributes: { 'auricle.deployment_id': b, 'auricle.outcome': 'success', 'auricle.hedge': true },
      },
    ]);
    expect(attempts[1]?.attributes).not.toHaveProperty(['error.type']);
    expect(parentsOf(attempts)).toEqual(attempts.map(() => request.spanContext().spanId));
    // The first ran on while the second was asked.
    const [slow, quick] = attempts.map(({ startTime, endTime }) => ({ start: msOf(startTime), end: msOf(endTime) }));
    expect(quick?.start).toBe((slow?.start ?? 0) + 300);
    expect(slow?.end).toBeGreaterThanOrEqual(quick?.start ?? Infinity);
    expect(request.attributes).toMatchObject({
      'auricle.deployment_id': b,
      'auricle.retries': 0,
      'auricle.fallbacks': 0,
    });
  });

  it('say how many tokens the provider reports, and nothing where it reports none', async () => {
    await bench.createModel('main', { a: { upstream_model: 'gpt-4o-transcribe' } }, { fallbacks: ['timed'] });
    await bench.createModel('timed', { b: {} });
    const { response, row } = await bench.send();
    const { attempts } = await spans.of(response);
    expect(row.usage.type).toBe('tokens');
    expect(attempts.map(tokensOf)).toEqual([[row.usage.input_tokens, row.usage.output_tokens]]);

    await bench.script({ a: Array.from({ length: 3 }, () => errorAnswer(500, { message: 'no' })) });
    const fallback = await spans.of((await bench.send()).response);
    expect(fallback.attempts.at(-1)?.attributes).toMatchObject({ 'auricle.model': 'timed' });
    expect(fallback.attempts.flatMap(tokensOf).filter((it) => it !== undefined)).toEqual([]);
  });

  it('say it of a stream, whose last event tells', async () => {
    await bench.createModel('main', { a: { upstream_model: 'gpt-4o-transcribe' } }, { max_retries: 0 });
    const { attempts } = await spans.of((await bench.send({ stream: 'true' })).response);
    expect(attempts.map(tokensOf)).toEqual([[expect.any(Number), expect.any(Number)]]);
  });

  it('do not say a number that is none of tokens', async () => {
    await bench.createModel('main', { a: { upstream_model: 'gpt-4o-transcribe' } }, { max_retries: 0 });
    const usage = {
      type: 'tokens',
      input_tokens: 1e300,
      input_token_details: { text_tokens: 0, audio_tokens: 1e300 },
      output_tokens: 7,
      total_tokens: 1e300,
    };
    const body = JSON.stringify({ text: 'told', usage });
    await bench.script({
      a: [{ run: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body) }],
    });
    const { attempts } = await spans.of((await bench.send()).response);
    expect(attempts.map(tokensOf)).toEqual([[undefined, 7]]);
  });
});

describe('a translation in two steps', () => {
  let bench: TranslationBench;
  beforeAll(async () => {
    bench = await TranslationBench.start({ MAX_RETRIES: '1', BACKOFF_BASE_MS: '1' }, spans);
  });
  afterAll(() => bench.close());

  it('has a span for each call of either step, all of them of the request', async () => {
    bench.chat.respondWith(errorAnswer(500, { message: 'no' }));
    const response = await bench.translate({ model: 'plain' });
    expect(response.status).toBe(200);
    const { request, attempts, others } = await spans.of(response);
    expect(parentsOf(others)).toEqual(others.map(() => request.spanContext().spanId));
    expect(request).toMatchObject({
      name: 'POST /v1/audio/translations',
      attributes: { 'auricle.task': 'translate', 'auricle.provider': 'openai', 'auricle.retries': 1 },
    });
    const ofChat = { 'gen_ai.request.model': CHAT_MODEL, 'gen_ai.provider.name': 'chat-translation' };
    expect(attempts).toMatchObject([
      {
        name: 'transcription gpt-4o-transcribe',
        status: { code: SpanStatusCode.UNSET },
        attributes: { 'gen_ai.operation.name': 'transcription', 'gen_ai.provider.name': 'openai' },
      },
      {
        name: `translation ${CHAT_MODEL}`,
        status: { code: SpanStatusCode.ERROR },
        attributes: { ...ofChat, 'error.type': 'unavailable', 'auricle.retry': false },
      },
      {
        name: `translation ${CHAT_MODEL}`,
        status: { code: SpanStatusCode.UNSET },
        attributes: { ...ofChat, 'auricle.outcome': 'success', 'auricle.retry': true },
      },
    ]);
    const { port } = new URL(bench.chat.url);
    expect(attempts.map(({ attributes }) => attributes['server.port'])).toEqual([
      Number(new URL(bench.openai.url).port),
      Number(port),
      Number(port),
    ]);
    expect(attempts.map(tokensOf).slice(1)).toEqual([
      [undefined, undefined],
      [CHAT_USAGE.prompt_tokens, CHAT_USAGE.completion_tokens],
    ]);
  });
});

function msOf([seconds, nanoseconds]: RecordedSpan['startTime']): number {
  return Math.round(seconds * 1000 + nanoseconds / 1e6);
}
