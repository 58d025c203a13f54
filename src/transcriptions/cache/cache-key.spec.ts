import { LAXEST } from '../../domain/privacy.js';
import { Readable } from 'node:stream';
import type { Caller } from '../../domain/caller.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { request, scriptedDeployment } from '../../../test/support/scripted-provider.js';
import { cacheKeyOf, hashAudio, type Question } from './cache-key.js';

const caller: Caller = {
  kind: 'virtual_key',
  budgets: [],
  redaction: null,
  privacy: LAXEST,
  limits: { key: null, team: null },
  keyId: 'k-1',
  team: null,
  name: 'app',
  models: [],
  endpoints: null,
  allowsProviderKeys: false,
  cache: true,
  spendNanoUsd: 0n,
};
const AUDIO = Buffer.alloc(32, 1);
const question: Question = {
  caller,
  request,
  deployments: [scriptedDeployment('a', { apiBase: 'http://a', settings: { x: 1, y: 2 } }), scriptedDeployment('b')],
  rules: { drop_params: false, unsupported_format: 'refuse' },
};

const keyOf = (changes: Partial<Question> = {}, audio = AUDIO) =>
  cacheKeyOf({ ...question, ...changes }, audio).toString('hex');
const asking = (changes: Partial<TranscriptionRequest>) => keyOf({ request: { ...request, ...changes } });
const options = (...entries: [string, string[]][]) => asking({ providerOptions: new Map(entries) });

it('is another for whoever else asks, and for whatever may change the answer', () => {
  const keys = [
    keyOf(),
    keyOf({ caller: { ...caller, keyId: 'k-2' } }),
    keyOf({ caller: { kind: 'master_key', name: 'master key' } }),
    keyOf({}, Buffer.alloc(32, 2)),
    keyOf({ namespace: 'mine' }),
    keyOf({ deployments: question.deployments.slice(1) }),
    keyOf({ deployments: [scriptedDeployment('a', { apiBase: 'http://b' }), scriptedDeployment('b')] }),
    keyOf({ rules: { ...question.rules, drop_params: true } }),
    asking({ task: 'translate' }),
    asking({ model: 'other' }),
    asking({ language: 'en' }),
    asking({ languages: ['en'] }),
    asking({ prompt: 'en' }),
    asking({ temperature: 0 }),
    asking({ keywords: ['en'] }),
    asking({ chunkingStrategy: 'auto' }),
    asking({ chunkingStrategy: { type: 'server_vad', threshold: 0.5 } }),
    asking({ speakers: { names: ['a'], references: ['data:,a'] } }),
    asking({ speakers: { names: ['a'], references: ['data:,b'] } }),
    asking({ responseFormat: 'diarized_json' }),
    options(['a', ['1']]),
    options(['a', ['1', '2']]),
    options(['a', ['2', '1']]),
    options(['a', ['1']], ['b', ['2']]),
    // What could run together must not.
    options(['a', ['1","2']]),
    asking({ keywords: ['a', 'b'] }),
    asking({ keywords: ['a","b'] }),
    asking({ keywords: ['ab'] }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
});

it('is the same whatever does not change what is heard', () => {
  const keys = [
    keyOf({ caller: { ...caller, name: 'renamed', models: [['main']] } }),
    keyOf({ deployments: question.deployments.toReversed() }),
    keyOf({ deployments: [...question.deployments, scriptedDeployment('c', { enabled: false })] }),
    keyOf({
      deployments: question.deployments.map((it) => ({ ...it, weight: 7, apiKey: 'sk-other', routing: { order: 1 } })),
    }),
    keyOf({
      deployments: [
        scriptedDeployment('a', { apiBase: 'http://a', settings: { y: 2, x: 1 } }),
        scriptedDeployment('b'),
      ],
    }),
    asking({ responseFormat: 'srt' }),
    asking({ responseFormat: 'verbose_json', granularities: ['word'] }),
    asking({ include: ['logprobs'] }),
    asking({ stream: true }),
    asking({ audio: { ...request.audio, filename: 'b.wav', mediaType: 'audio/mpeg' } }),
  ];
  expect(new Set(keys)).toEqual(new Set([keyOf()]));
  expect(options(['a', ['1']], ['b', ['2']])).toBe(options(['b', ['2']], ['a', ['1']]));
});

it('hashes the bytes in whatever pieces they come, and ends with the signal', async () => {
  const { signal } = new AbortController();
  const audioOf = (...pieces: Buffer[]) => ({ stream: () => Readable.from(pieces) });
  const whole = await hashAudio(audioOf(Buffer.from('abcdef')), signal);
  expect(whole).toEqual(await hashAudio(audioOf(Buffer.from('abc'), Buffer.from('def')), signal));
  expect(whole.toString('hex')).toBe('bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721');
  const reason = new Error('gone');
  await expect(hashAudio(audioOf(Buffer.from('a')), AbortSignal.abort(reason))).rejects.toBe(reason);
});
