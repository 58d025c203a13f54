import type { Deployment } from '../domain/deployment.js';
import { allProviders } from '../../test/support/all-providers.js';
import { askingForZeroRetention } from './zero-retention.js';

const deployment = (fields: Partial<Deployment> = {}): Deployment => ({
  id: 'd',
  model: 'm',
  provider: 'p',
  upstreamModel: 'u',
  mode: 'audio_transcription',
  settings: {},
  weight: 1,
  routing: {},
  enabled: true,
  managedBy: 'api',
  ...fields,
});

function ask(provider: string, fields: Partial<Deployment> = {}) {
  const adapter = allProviders.get(provider);
  if (!adapter) throw new Error(`no provider ${provider}`);
  const asked = askingForZeroRetention(deployment(fields), adapter, fields.mode ?? 'audio_transcription');
  return 'unfit' in asked ? asked.unfit.explanation : asked.settings;
}

it.each<[string, object, unknown]>([
  ['deepgram', { settings: { mip_opt_out: false, voices: {} } }, { mip_opt_out: true, voices: {} }],
  ['deepgram', { mode: 'audio_speech' }, { mip_opt_out: true }],
  ['elevenlabs', { settings: { enable_logging: true } }, { enable_logging: false }],
  ['assemblyai', { settings: { delete_after: false, region: 'eu' } }, { delete_after: true, region: 'eu' }],
  ['openai', {}, {}],
  ['fireworks', {}, {}],
  ['deepinfra', {}, {}],
  ['sandbox', { mode: 'chat' }, {}],
])('%s can, as far as is known', (provider, fields, settings) => {
  expect(ask(provider, fields)).toEqual(settings);
});

it.each<[string, object, RegExp]>([
  ['openai', { mode: 'audio_speech' }, /only where that is agreed/],
  ['openai', { mode: 'chat' }, /only where that is agreed/],
  ['groq', {}, /only where that is agreed/],
  ['azure', {}, /only where that is agreed/],
  ['mistral', {}, /only where that is agreed/],
  ['gemini', {}, /only where that is agreed/],
  ['together', {}, /only where that is agreed/],
  ['cloudflare', {}, /not known what/],
  ['openai-compatible', {}, /not known what/],
  ['deepgram', { mode: 'chat' }, /not known what/],
])('%s cannot, unless the operator declares it', (provider, fields, explanation) => {
  expect(ask(provider, fields)).toMatch(explanation);
  expect(ask(provider, { ...fields, routing: { zero_retention: true } })).toEqual({});
});

it('is not believed of a server at another address', () => {
  expect(ask('deepgram', { apiBase: 'https://api.eu.deepgram.com/v1' })).toEqual({ mip_opt_out: true });
  for (const apiBase of [
    'https://deepgram.example/v1',
    'https://deepgram.com.example/v1',
    'http://127.0.0.1:9/v1',
    'x',
  ]) {
    expect(ask('deepgram', { apiBase })).toMatch(/base URL is not Deepgram's own/);
    expect(ask('deepgram', { apiBase, routing: { zero_retention: true } })).toEqual({ mip_opt_out: true });
  }
});

it('is not believed of a provider of whom the operator says otherwise', () => {
  expect(ask('deepgram', { routing: { zero_retention: false } })).toMatch(/is false/);
});
