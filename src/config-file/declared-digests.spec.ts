import { changesOf, declaredBy } from './declared-digests.js';
import { NO_ISSUING_RULES } from '../domain/issuing-rules.js';
import type { ConfigFile } from './config-file.reader.js';

const deployment = {
  id: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a',
  provider: 'openai',
  upstream_model: 'whisper-1',
  mode: null,
  credential: null,
  api_key: 'sk-proj-0123456789abcdef-wxyz',
  api_base: null,
  settings: {},
  weight: 1,
  price: null,
  routing: {},
  enabled: true,
};
const file = (fields: Partial<ConfigFile> = {}): ConfigFile => ({
  path: '/etc/auricle/config.yaml',
  models: [{ id: deployment.id, name: 'whisper', routing: {}, deployments: [deployment] }],
  aliases: [{ id: deployment.id, name: 'short', model: 'whisper', hidden: false }],
  fallbacks: new Map([['whisper', ['voxtral']]]),
  budgets: [],
  alerts: [],
  issuing: NO_ISSUING_RULES,
  settings: { max_retries: 2, master_key: 'sk-master' },
  origins: new Map(),
  leftOut: [],
  problems: [],
  ...fields,
});
const withKey = (api_key: string) =>
  file({ models: [{ id: deployment.id, name: 'whisper', routing: {}, deployments: [{ ...deployment, api_key }] }] });

it.each<[string, ConfigFile, ReturnType<typeof changesOf>]>([
  ['nothing', file(), undefined],
  ['another model', file({ models: [] }), { models: { removed: ['whisper'] } }],
  ['a provider key', withKey('sk-proj-0123456789abcdef-abcd'), { models: { changed: ['whisper'] } }],
  ['an alias', file({ aliases: [] }), { aliases: { removed: ['short'] } }],
  [
    'the order of fallbacks',
    file({ fallbacks: new Map([['whisper', ['a', 'b']]]) }),
    { fallbacks: { changed: ['whisper'] } },
  ],
  [
    'settings',
    file({ settings: { max_retries: 3, sandbox: false } }),
    { settings: { added: ['sandbox'], changed: ['max_retries'], removed: ['master_key'] } },
  ],
  [
    'a bound of keys',
    file({ issuing: { ...NO_ISSUING_RULES, keyBounds: { budget: { limitUsd: 5 }, lifetime: '30d' } } }),
    { rules: { added: ['upperbound_key_generate_params'] } },
  ],
])('tells that %s has changed', (_, after, changes) => {
  expect(changesOf(declaredBy(file()), declaredBy(after))).toEqual(changes);
});

it('tells everything of a first file, and of names that objects have anyway', () => {
  const first = declaredBy(file({ models: [{ id: deployment.id, name: '__proto__', routing: {}, deployments: [] }] }));
  expect(changesOf({}, first)).toEqual({
    models: { added: ['__proto__'] },
    aliases: { added: ['short'] },
    fallbacks: { added: ['whisper'] },
    settings: { added: ['max_retries', 'master_key'] },
  });
});

it('has no digest of a secret that could be guessed', () => {
  const other = file({ settings: { max_retries: 2, master_key: 'sk-another' } });
  expect(declaredBy(other)).toEqual(declaredBy(file()));
});
