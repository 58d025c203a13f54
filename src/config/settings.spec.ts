import { availableProcessors } from './processors.js';
import { ConfigError, readSettings, variablesOf } from './settings.js';
import { settingSections, variableOf, type SaidSettings, type Settings } from './settings.schema.js';
import { translationOf } from './translation.js';

const read = (environment: Record<string, string>, ofFile: Parameters<typeof readSettings>[1] = {}) =>
  readSettings(variablesOf(environment), ofFile);

describe('readSettings', () => {
  it('counts workers, or as many as there are processors', () => {
    expect([read({}).workers, read({ WORKERS: '3' }).workers]).toEqual([1, 3]);
    expect(read({ WORKERS: 'auto' }).workers).toBe(Math.min(availableProcessors(), 64));
    for (const wrong of ['0', '65', '1.5', 'AUTO', '-1']) {
      expect(() => read({ WORKERS: wrong })).toThrow(/: WORKERS must be (auto or )?a whole number from 1 to 64$/);
    }
  });

  it('needs nothing', () => {
    expect(read({})).toMatchObject({
      port: 4000,
      host: '0.0.0.0',
      store_transcripts: true,
      sandbox: true,
      max_file_size_mb: 100,
      request_timeout_seconds: 600,
      routing_strategy: 'weighted',
      max_retries: 2,
      default_fallbacks: [],
    });
    expect(read({}).database_url).toBeUndefined();
  });

  it('takes an empty variable for unset', () => {
    const settings = read({ PORT: '', DATABASE_URL: ' ' });
    expect([settings.port, settings.database_url]).toEqual([4000, undefined]);
  });

  it('lets every limit of routing be set', () => {
    const settings = read({
      MAX_FALLBACKS: '1',
      BACKOFF_BASE_MS: '10',
      BACKOFF_MAX_MS: '20',
      CONNECT_TIMEOUT_SECONDS: '3',
      RETRIES_BY_REASON: 'timeout=1, unavailable=0',
      ALLOWED_IPS: '10.0.0.0/8, ::1',
    });
    expect(settings).toMatchObject({
      max_fallbacks: 1,
      backoff_base_ms: 10,
      backoff_max_ms: 20,
      connect_timeout_seconds: 3,
      retries_by_reason: { timeout: 1, unavailable: 0 },
      allowed_ips: ['10.0.0.0/8', '::1'],
    });
  });

  it.each<[keyof Settings, SaidSettings, unknown, Record<string, string>, unknown]>([
    [
      'routing_strategy',
      { routing_strategy: 'least-busy' },
      'least-busy',
      { ROUTING_STRATEGY: 'lowest-cost' },
      'lowest-cost',
    ],
    ['default_fallbacks', { default_fallbacks: ['b'] }, ['b'], { DEFAULT_FALLBACKS: 'c,d' }, ['c', 'd']],
    ['max_retries', { max_retries: 7 }, 7, { MAX_RETRIES: '1' }, 1],
    ['cooldown_seconds', { cooldown_seconds: 1.5 }, 1.5, { COOLDOWN_SECONDS: '9' }, 9],
    ['drop_params', { drop_params: true }, true, { DROP_PARAMS: 'false' }, false],
    ['drop_params', { drop_params: false }, false, { DROP_PARAMS: 'true' }, true],
    ['store_transcripts', { store_transcripts: false }, false, { STORE_TRANSCRIPTS: 'true' }, true],
    ['max_file_size_mb', { max_file_size_mb: 1.5 }, 1.5, { MAX_FILE_SIZE_MB: '7' }, 7],
    ['master_key', { master_key: 'sk-file' }, 'sk-file', { MASTER_KEY: 'sk-variable' }, 'sk-variable'],
  ])(
    '%s is what the configuration file says, unless a variable does: %j',
    (setting, file, ofFile, variables, ofVariable) => {
      expect(read({}, file)[setting]).toEqual(ofFile);
      expect(read(variables, file)[setting]).toEqual(ofVariable);
      expect(read(variables)[setting]).toEqual(ofVariable);
    },
  );

  it('lets a long pause before a retry be made at all', () => {
    expect(read({ BACKOFF_MIN_MS: '20000' })).toMatchObject({ backoff_min_ms: 20_000, backoff_max_ms: 20_000 });
    expect(read({ BACKOFF_MIN_MS: '1' })).toMatchObject({ backoff_min_ms: 1, backoff_max_ms: 8000 });
  });

  it('lets clients ask for what the gateway gives anyway', () => {
    const longest = (file: SaidSettings) => read({}, file).max_request_timeout_seconds;
    expect(longest({})).toBe(3600);
    expect(longest({ request_timeout_seconds: 7200 })).toBe(7200);
    expect(longest({ stream_request_timeout_seconds: 8000 })).toBe(8000);
  });

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['STORE_TRANSCRIPTS', 'perhaps'],
    ['MAX_FILE_SIZE_MB', '-7'],
    ['REQUEST_TIMEOUT_SECONDS', '90000'],
    ['MAX_RETRIES', '1.5'],
    ['RETRIES_BY_REASON', 'boredom=1'],
    ['RETRIES_BY_REASON', 'timeout'],
    ['ALLOWED_IPS', '10.0.0.0/99'],
    ['DATABASE_URL', 'mysql://root:hunter2@localhost'],
    ['ENCRYPTION_KEY', 'too-short-and-secret'],
    ['MASTER_KEY', 'has a space'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s by name and keeps the value to itself', (name, value) => {
    const reading = () => read({ [name]: value });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(new RegExp(`\\b${name}\\b`));
    expect(reading).not.toThrow(new RegExp(value));
  });

  it('says of every setting in its own words what it must be', () => {
    const refused = Object.values(settingSections)
      .flatMap(({ shape }) => Object.keys(shape))
      .flatMap((name) => {
        try {
          read({ [variableOf(name)]: '~ ~' });
          return [];
        } catch (error) {
          return [String(error)];
        }
      });
    expect(refused.length).toBeGreaterThan(30);
    expect(refused.filter((message) => /pattern|Invalid|expected|received/.test(message))).toEqual([]);
  });

  it('takes a translation model as a whole', () => {
    const model = { TRANSLATION_API_BASE: 'http://chat/v1/', TRANSLATION_MODEL: 'm' };
    expect(translationOf(read({}))).toBeUndefined();
    expect(translationOf(read(model))).toEqual({ apiBase: 'http://chat/v1', model: 'm' });
    const prices = { TRANSLATION_INPUT_USD_PER_MILLION: '0.15', TRANSLATION_OUTPUT_USD_PER_MILLION: '0.6' };
    expect(translationOf(read({ ...model, ...prices, TRANSLATION_API_KEY: 'sk-t' }))).toEqual({
      apiBase: 'http://chat/v1',
      apiKey: 'sk-t',
      model: 'm',
      price: { type: 'tokens', audio_input_usd: '0', text_input_usd: '0.15', output_usd: '0.6' },
    });
  });

  it.each([
    [{ TRANSLATION_MODEL: 'm' }, 'TRANSLATION_MODEL needs TRANSLATION_API_BASE as well'],
    [{ TRANSLATION_API_BASE: 'http://c' }, 'TRANSLATION_API_BASE needs TRANSLATION_MODEL as well'],
    [{ TRANSLATION_API_KEY: 'sk' }, 'TRANSLATION_API_KEY needs TRANSLATION_API_BASE as well'],
    [
      { TRANSLATION_API_BASE: 'http://c', TRANSLATION_MODEL: 'm', TRANSLATION_OUTPUT_USD_PER_MILLION: '1' },
      'TRANSLATION_OUTPUT_USD_PER_MILLION needs TRANSLATION_INPUT_USD_PER_MILLION as well',
    ],
    [{ TRANSLATION_API_BASE: 'http://me:secret@c', TRANSLATION_MODEL: 'm' }, 'TRANSLATION_API_BASE must not'],
  ])('refuses half of a translation model: %j', (environment, message) => {
    expect(() => read(environment)).toThrow(message);
  });

  it('reads the hosts that may be fetched from', () => {
    expect(read({ FETCH_URLS: 'true', URL_FETCH_ALLOWED_HOSTS: 'files.lan, 10.0.0.1:8080' })).toMatchObject({
      fetch_urls: true,
      url_fetch_allowed_hosts: ['files.lan', '10.0.0.1:8080'],
    });
    expect(read({})).toMatchObject({ fetch_urls: false, url_fetch_allowed_hosts: [] });
  });

  it('names everything that is wrong at once', () => {
    expect(() => read({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*LOG_LEVEL/);
  });
});
