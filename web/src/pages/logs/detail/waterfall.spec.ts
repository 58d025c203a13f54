import type { Schemas } from '../../../api/client';
import { axisOf, waterfallOf } from './waterfall';

const attempt: Schemas['Attempt'] = {
  deployment_id: 'a',
  model: 'whisper',
  provider: 'openai',
  upstream_model: 'whisper-1',
  outcome: 'rate_limited',
  upstream_status: 429,
  upstream_request_id: null,
  latency_ms: 410,
  started_ms: 370,
  waited_ms: 0,
  first_byte_ms: 400,
  hedge: false,
  cost_usd: 0,
  cost_estimated: false,
  error: 'Slow down',
};
const second: Schemas['Attempt'] = {
  ...attempt,
  deployment_id: 'b',
  provider: 'deepgram',
  outcome: 'success',
  upstream_status: 200,
  started_ms: 1280,
  waited_ms: 500,
  latency_ms: 850,
  first_byte_ms: 800,
  cost_usd: 0.0044,
  error: null,
};
const log = {
  upload_ms: 312,
  probe_ms: 38,
  audio_bytes: 4_200_000,
  audio_seconds: 61.42,
  latency_ms: 2139,
  attempts: [attempt, second],
  plan: { candidates: [{ model: 'whisper', deployment_id: 'b', format: 'synthesised' }], left_out: [] },
  deployment_id: 'b',
  model: 'whisper',
  response_format: 'srt',
  status: 'success',
  cache: null,
} as unknown as Schemas['Log'];

const barsOf = (fields: Partial<Schemas['Log']>) =>
  waterfallOf({ ...log, ...fields }).bars.map(({ label, kind, startMs, lengthMs, text }) => [
    label,
    kind,
    startMs,
    lengthMs,
    text,
  ]);

it('tells upload, probe, attempts with their waits, and what the gateway made of the answer', () => {
  expect(barsOf({})).toEqual([
    ['upload', 'gateway', 0, 312, '312 ms · 4.2 MB'],
    ['probe', 'gateway', 312, 38, '38 ms · 61.4 s of audio'],
    ['gateway', 'gateway', 350, 20, '20 ms · checks and plan'],
    ['openai 1', 'failed', 370, 410, '410 ms · 429 · rate limited'],
    ['wait', 'wait', 780, 500, '500 ms · backoff'],
    ['deepgram 2', 'provider', 1280, 850, '850 ms · first byte 800 ms · $0.0044'],
    ['render', 'gateway', 2130, 9, '9 ms · srt made by the gateway'],
  ]);
});

it('lays a hedge beside what it was made for, by the time of its start', () => {
  const hedge = { ...second, started_ms: 500, waited_ms: 0, hedge: true, outcome: 'aborted' as const };
  expect(barsOf({ attempts: [attempt, second, hedge] }).map(([label, kind]) => [label, kind])).toContainEqual([
    'deepgram 2 hedge',
    'aborted',
  ]);
});

it('puts attempts of logs without starts one after the other', () => {
  const bars = barsOf({
    attempts: [
      { ...attempt, started_ms: null },
      { ...second, started_ms: null },
    ],
  });
  expect(bars.map(([label, , start]) => [label, start])).toEqual([
    ['upload', 0],
    ['probe', 312],
    ['openai 1', 350],
    ['wait', 760],
    ['deepgram 2', 1260],
    ['render', 2110],
  ]);
});

it('says what took the time where no provider was asked', () => {
  expect(barsOf({ attempts: [], upload_ms: null, probe_ms: null, latency_ms: 4, status: 'refused' })).toEqual([
    ['gateway', 'gateway', 0, 4, '4 ms · no provider was asked'],
  ]);
  expect(barsOf({ attempts: [], cache: 'hit', upload_ms: 1, probe_ms: null, latency_ms: 4 }).at(-1)).toEqual([
    'cache',
    'gateway',
    1,
    3,
    '3 ms · answer from the cache',
  ]);
  expect(waterfallOf({ ...log, attempts: [], upload_ms: null, probe_ms: null, latency_ms: 0 })).toEqual({
    endMs: 1,
    bars: [],
  });
});

it('divides an axis into round parts', () => {
  expect(axisOf(2139)).toEqual([0, 1000, 2000]);
  expect(axisOf(1600)).toEqual([0, 500, 1000, 1500]);
  expect(axisOf(1)).toEqual([0, 1]);
});
