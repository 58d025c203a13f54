import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readSettings, variablesOf, type Variables } from '../config/settings.js';
import { isSecretSetting, settingSections, settingsSchema, variableOf } from '../config/settings.schema.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { readConfigFile } from './config-file.reader.js';
import { effectiveSettings, withoutCredentials, type ReadSettings } from './effective-settings.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));
const names = Object.keys(settingsSchema.in.shape);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads settings, with those of a configuration file. */
function read(variables: Variables, yaml?: string): ReadSettings {
  if (yaml === undefined) return { settings: readSettings(variables), origins: undefined };
  const path = join(folder, 'config.yaml');
  writeFileSync(path, yaml);
  const file = readConfigFile(path, providers, variables);
  return { settings: readSettings(variables, file.settings), origins: file.origins };
}

/** What is shown, by the names of settings. */
function shown(variables: Record<string, string>, atStart?: string, now = atStart) {
  const said = variablesOf(variables);
  const { sections } = effectiveSettings({ variables: said, atStart: read(said, atStart), now: read(said, now) });
  return new Map(sections.flatMap(({ settings }) => settings).map((setting) => [setting.name, setting]));
}

it('shows every setting of the schema, by its section and in its order', () => {
  const said = { settings: readSettings({}), origins: undefined };
  const { sections } = effectiveSettings({ variables: {}, atStart: said, now: said });
  expect(sections.map(({ name, settings }) => [name, settings.map((setting) => setting.name)])).toEqual(
    Object.entries(settingSections).map(([name, { shape }]) => [name, Object.keys(shape)]),
  );
  expect(sections.flatMap(({ settings }) => settings.map(({ name }) => name)).toSorted()).toEqual(names.toSorted());
  for (const { name, variable, description, origin, is_set, value, default: fallback } of shown({}).values()) {
    expect([name, variable, origin]).toEqual([name, name.toUpperCase(), { source: 'default' }]);
    expect([name, description.length > 10, is_set && value === null]).toEqual([name, true, false]);
    expect([name, value]).toEqual([name, fallback]);
  }
});

it('says who says what is in force', () => {
  const yaml = `
general_settings: { max_request_size_mb: 25, background_health_checks: true }
router_settings:
  num_retries: 4
  timeout: 9
  disable_cooldowns: true
  fallbacks: [{ '*': [backup] }]
  retry_policy: { TimeoutErrorRetries: 1 }
litellm_settings: { num_retries: 1, cache: true, turn_off_message_logging: true, drop_params: true }
environment_variables: { LITELLM_MASTER_KEY: sk-declared-1 }
`;
  const settings = shown({ REQUEST_TIMEOUT_SECONDS: '7', PORT: '4001' }, yaml);
  const of = (name: string) => [settings.get(name)?.value, settings.get(name)?.origin];
  const ofFile = (line: number, key: string) => ({ source: 'file', file: join(folder, 'config.yaml'), line, key });
  expect(of('port')).toEqual([4001, { source: 'environment', variable: 'PORT' }]);
  expect(of('request_timeout_seconds')).toEqual([7, { source: 'environment', variable: 'REQUEST_TIMEOUT_SECONDS' }]);
  expect(of('max_retries')).toEqual([4, ofFile(4, 'router_settings.num_retries')]);
  expect(of('cooldown_seconds')).toEqual([0, ofFile(6, 'router_settings.disable_cooldowns')]);
  expect(of('default_fallbacks')).toEqual([['backup'], ofFile(7, 'router_settings.fallbacks')]);
  expect(of('retries_by_reason')).toEqual([{ timeout: 1 }, ofFile(8, 'router_settings.retry_policy')]);
  expect(of('drop_params')).toEqual([true, ofFile(9, 'litellm_settings.drop_params')]);
  expect(of('cache_seconds')).toEqual([600, ofFile(9, 'litellm_settings.cache')]);
  expect(of('store_transcripts')).toEqual([false, ofFile(9, 'litellm_settings.turn_off_message_logging')]);
  expect(of('max_file_size_mb')).toEqual([25, ofFile(2, 'general_settings.max_request_size_mb')]);
  expect(of('health_check_interval_seconds')).toEqual([300, ofFile(2, 'general_settings.background_health_checks')]);
  expect(settings.get('master_key')).toMatchObject({
    is_set: true,
    value: null,
    origin: ofFile(10, 'environment_variables.LITELLM_MASTER_KEY'),
  });
  expect(of('max_fallbacks')).toEqual([5, { source: 'default' }]);
  expect(shown({ LITELLM_MASTER_KEY: 'sk-12345' }, 'model_list: []').get('master_key')?.origin).toEqual({
    source: 'environment',
    variable: 'LITELLM_MASTER_KEY',
  });
});

it('goes by the file of the start where a change takes a restart, and tells of what waits for one', () => {
  const before = 'general_settings: { max_request_size_mb: 25 }\nrouter_settings: { num_retries: 1 }\n';
  const after = 'router_settings: { num_retries: 3 }\n\ngeneral_settings: { max_request_size_mb: 30 }\n';
  const settings = shown({}, before, after);
  expect(settings.get('max_file_size_mb')).toMatchObject({
    value: 25,
    default: 100,
    origin: { source: 'file', line: 1 },
    needs_restart: true,
    restart_pending: true,
  });
  expect(settings.get('max_retries')).toMatchObject({
    value: 3,
    origin: { source: 'file', line: 1 },
    needs_restart: false,
    restart_pending: false,
  });
  // Where a variable wins, a restart would change nothing.
  const { value, restart_pending } = shown({ MAX_FILE_SIZE_MB: '7' }, before, after).get('max_file_size_mb') ?? {};
  expect([value, restart_pending]).toEqual([7, false]);
});

describe('secrets', () => {
  const KEY = 'hunter2hunter2hunter2';
  const HEX = '0badc0ffee'.repeat(6) + '0bad';
  const said: Readonly<Record<string, string>> = {
    DATABASE_URL: `postgresql://auricle:${KEY}@db/auricle`,
    DIRECT_DATABASE_URL: `postgresql://db/auricle?user=u&password=${KEY}`,
    MASTER_KEY: KEY,
    ENCRYPTION_KEY: HEX,
    ENCRYPTION_KEY_PREVIOUS: `${HEX},${HEX}`,
    METRICS_TOKEN: KEY,
    REDIS_URL: `redis+sentinel://u:${KEY}@a,b/main`,
    REDIS_SENTINEL_PASSWORD: KEY,
    TRANSLATION_API_KEY: KEY,
    OIDC_ISSUERS: JSON.stringify([
      {
        id: 'a',
        name: 'A',
        issuer: 'https://a.example',
        client_id: 'c',
        client_secret: KEY,
        roles: [{ everybody: true, role: 'viewer' }],
      },
    ]),
  };
  const translation = {
    PUBLIC_URL: 'https://auricle.example',
    TRANSLATION_API_BASE: 'https://chat.example/v1',
    TRANSLATION_MODEL: 'm',
  };

  it('are shown of no setting, only that they are set', () => {
    const settings = shown({ ...said, ...translation });
    const secretNames = names.filter(isSecretSetting);
    // A new setting of this kind is to be put into this test.
    expect(secretNames.map(variableOf).toSorted()).toEqual(Object.keys(said).toSorted());
    for (const name of secretNames) {
      const { is_set, value, default: fallback } = settings.get(name) ?? {};
      expect([name, is_set, value, fallback]).toEqual([name, true, null, null]);
    }
    expect(JSON.stringify([...settings])).not.toMatch(/hunter2|0badc0ffee/);
    expect(secretNames.map((name) => shown({}).get(name)?.is_set)).toEqual(secretNames.map(() => false));
  });

  it('of issuers all that is no secret is told', () => {
    const said0 = variablesOf({ ...said, ...translation });
    const now = read(said0);
    const { oidc_issuers, ...rest } = effectiveSettings({ variables: said0, atStart: now, now });
    expect(oidc_issuers).toEqual([
      {
        id: 'a',
        name: 'A',
        issuer: 'https://a.example',
        client_id: 'c',
        has_client_secret: true,
        scopes: ['openid', 'profile', 'email'],
        groups_claim: null,
        roles: [{ everybody: true, role: 'viewer', teams: [] }],
      },
    ]);
    expect(JSON.stringify([oidc_issuers, rest])).not.toContain('hunter2');
  });

  it('have names that tell them, and what is named so is one', () => {
    const isNamedSo = (name: string) =>
      /(_key|_token|secret|password|database_url|redis_url|_key_previous|_issuers)$/.test(name);
    const isFree = (name: string) => shown({}).get(name)?.value === null || name === 'encryption_key_previous';
    expect(names.filter((name) => isNamedSo(name) && isFree(name))).toEqual(names.filter(isSecretSetting));
  });

  it('are not shown in the addresses of any setting', () => {
    const texts = [
      'https://auricle:hunter2@host.example:8443/v1?key=hunter2',
      'https://auricle:hunter2@host.example',
      'https://host.example/services/hunter2hunter2',
      'auricle:hunter2@host:80',
    ];
    // A folder is no address.
    const taken = names
      .filter((name) => name !== 'data_dir')
      .flatMap((name) =>
        texts.flatMap((text) => {
          const variables = { DATABASE_URL: 'postgresql://db/a', ...translation, [variableOf(name)]: text };
          try {
            const setting = shown(variables).get(name);
            expect([name, JSON.stringify(setting)]).toEqual([name, expect.not.stringContaining('hunter2')]);
            return [name];
          } catch (error) {
            if (error instanceof ConfigError) return [];
            throw error;
          }
        }),
      );
    expect(taken).toEqual(expect.arrayContaining(['cors_origins', 'url_fetch_allowed_hosts', 'host', 'master_key']));
  });
});

it.each([
  ['https://u:p@h.example/v1', 'https://***@h.example/v1'],
  ['https://h.example/v1?key=s', 'https://h.example/v1?***'],
  ['https://h.example/a@b', 'https://h.example/a@b'],
  ['https://h.example/', 'https://h.example/'],
  ['https://h.example/openai/v1beta2', 'https://h.example/openai/v1beta2'],
  [
    'https://hooks.example/services/T00000000/B00000000/XyZ123abcXyZ123abcXyZ123',
    'https://hooks.example/services/***/***/***',
  ],
  ['https://h.example/SecretOfLettersAlone/v1?key=s', 'https://h.example/***/v1?***'],
  ['https://u:p@h.example/api/webhooks/1234567890#s', 'https://***@h.example/api/webhooks/***?***'],
  ['https://h.example/webhooks/https://u:p@k', 'https://h.example/webhooks/https://***'],
  ['http://token@h', 'http://***@h'],
  ['https://a@b:c@h?x@y', 'https://***@h?***'],
  ['u:p@h:80', '***@h:80'],
  ['/data/a@b', '/data/a@b'],
  ['*', '*'],
  ['::1', '::1'],
  ['', ''],
])('%s is shown as %s', (text, expected) => {
  expect(withoutCredentials(text)).toBe(expected);
});
