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
      routing: { timeoutMs: 600_000, strategy: 'weighted', maxRetries: 2, defaultFallbacks: [] },
    });
  });

  it('takes an empty variable for unset', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 4000, databaseUrl: undefined });
  });

  it('keeps provider variables only', () => {
    const variables = { OPENAI_BASE_URL: 'http://x', AZURE_OPENAI_ENDPOINT: 'http://y' };
    const { providerVariables } = readConfig({ OPENAI_API_KEY: ' sk-1 ', ...variables, PATH: '/bin' });
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

  it('names everything that is wrong at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*LOG_LEVEL/);
  });
});
