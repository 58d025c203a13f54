import type { Schemas } from '../../api/client';
import { deploymentChanges, deploymentValues } from './deployment-values';
import { settingFields } from './settings/setting-fields';

const fields = settingFields({
  properties: {
    streaming: { type: 'boolean' },
    voices: { type: 'object', additionalProperties: { type: 'string' } },
  },
});
const deployment: Schemas['Deployment'] = {
  object: 'deployment',
  id: '1',
  model: 'meetings',
  provider: 'acme',
  upstream_model: 'scribbler',
  mode: 'audio_transcription',
  credential: null,
  api_key_preview: null,
  api_base: null,
  settings: { streaming: true, voices: { alloy: 'a' }, unknown: 1 },
  formats: null,
  weight: 1,
  price: { type: 'duration', usd: '0.006', per: 'minute', minimum_seconds: 10 },
  price_in_use: null,
  routing: {},
  enabled: true,
  error: null,
  managed_by: 'api',
  created_at: '',
  updated_at: '',
};
const before = deploymentValues(deployment, fields);
const change = (after: Partial<typeof before>) => deploymentChanges(before, { ...before, ...after }, fields);

it('sends nothing where nothing has changed', () => {
  expect(change({})).toEqual({});
});

it('sends of settings and prices what has changed, and null for what is gone', () => {
  expect(change({ settings: { streaming: '', voices: 'echo = b' } })).toEqual({
    settings: { streaming: null, voices: { alloy: null, echo: 'b' } },
  });
  expect(change({ price: { ...before.price, usd: '0.007', minimum_seconds: '' } })).toEqual({
    price: { usd: '0.007', minimum_seconds: null },
  });
  expect(change({ price: { ...before.price, type: 'characters' } })).toEqual({
    price: { type: 'characters', usd: '0.006' },
  });
  expect(change({ price: { ...before.price, type: '' } })).toEqual({ price: null });
});

it('sends beside them what else has changed', () => {
  expect(change({ weight: '2', api_base: ' http://a.example ', mode: 'chat' })).toEqual({
    weight: 2,
    api_base: 'http://a.example',
    mode: 'chat',
  });
});
