import { ConfigError, readConfig } from './env.js';

describe('readConfig', () => {
  it('needs nothing', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '0.0.0.0',
      databaseUrl: undefined,
      storeTranscripts: true,
      sandbox: true,
      maxFileBytes: 100 * 1024 * 1024,
      routing: { request_timeout_seconds: 600, routing_strategy: 'weighted', max_retries: 2, default_fallbacks: [] },
    });
  });

  it('takes an empty variable for unset', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 4000, databaseUrl: undefined });
  });

  it('lets every limit of routing be set', () => {
    const { routing, connectTimeoutMs } = readConfig({
      MAX_FALLBACKS: '1',
      BACKOFF_BASE_MS: '10',
      BACKOFF_MAX_MS: '20',
      CONNECT_TIMEOUT_SECONDS: '3',
    });
    expect(routing).toMatchObject({ max_fallbacks: 1, backoff_base_ms: 10, backoff_max_ms: 20 });
    expect(connectTimeoutMs).toBe(3000);
  });

  it('leaves every variable that is not its own to the providers', () => {
    const variables = { OPENAI_BASE_URL: 'http://x', AZURE_OPENAI_ENDPOINT: 'http://y' };
    const { providerVariables } = readConfig({ OPENAI_API_KEY: ' sk-1 ', ...variables, PORT: '1' });
    expect(providerVariables).toEqual({ OPENAI_API_KEY: 'sk-1', ...variables });
  });

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['STORE_TRANSCRIPTS', 'perhaps'],
    ['MAX_FILE_SIZE_MB', '-7'],
    ['REQUEST_TIMEOUT_SECONDS', '1.5'],
    ['DATABASE_URL', 'mysql://root:hunter2@localhost'],
    ['ENCRYPTION_KEY', 'too-short-and-secret'],
    ['MASTER_KEY', 'has a space'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s by name and keeps the value to itself', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`\\b${name}\\b`));
    expect(read).not.toThrow(new RegExp(value));
  });

  it('takes a translation model as a whole', () => {
    const model = { TRANSLATION_API_BASE: 'http://chat/v1/', TRANSLATION_MODEL: 'm' };
    expect(readConfig({}).translation).toBeUndefined();
    expect(readConfig(model).translation).toEqual({ apiBase: 'http://chat/v1', model: 'm' });
    const prices = { TRANSLATION_INPUT_USD_PER_MILLION: '0.15', TRANSLATION_OUTPUT_USD_PER_MILLION: '0.6' };
    expect(readConfig({ ...model, ...prices, TRANSLATION_API_KEY: 'sk-t' }).translation).toEqual({
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
    [{ TRANSLATION_API_BASE: 'http://me:secret@c', TRANSLATION_MODEL: 'm' }, 'TRANSLATION_API_BASE must be'],
  ])('refuses half of a translation model: %j', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('reads the hosts that may be fetched from', () => {
    expect(readConfig({ FETCH_URLS: 'true', URL_FETCH_ALLOWED_HOSTS: 'files.lan, 10.0.0.1:8080' })).toMatchObject({
      fetchUrls: true,
      urlFetchAllowedHosts: ['files.lan', '10.0.0.1:8080'],
    });
    expect(readConfig({})).toMatchObject({ fetchUrls: false, urlFetchAllowedHosts: [] });
  });

  it('names everything that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*LOG_LEVEL/);
  });
});
