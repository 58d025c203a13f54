import { type ProviderEnvironment, readEnvironment, settingsOfEnvironment, valuesOf } from './provider-environment.js';

const environment: ProviderEnvironment = {
  api_key: ['OFFICIAL_KEY', 'LITELLM_KEY'],
  api_base: ['OFFICIAL_BASE', 'LITELLM_BASE'],
  key_settings: { account_id: ['ACCOUNT'] },
  settings: { api_version: ['OFFICIAL_VERSION', 'LITELLM_VERSION'] },
};

function read(variables: Readonly<Record<string, string>>, of = environment) {
  return readEnvironment(of, (variable) => variables[variable]);
}

describe('readEnvironment', () => {
  it('takes the first variable that is set, and says which', () => {
    expect(
      read({ LITELLM_KEY: 'second', OFFICIAL_KEY: 'first', LITELLM_BASE: 'http://a', LITELLM_VERSION: 'v2' }),
    ).toEqual({
      api_key: { variable: 'OFFICIAL_KEY', value: 'first' },
      api_base: { variable: 'LITELLM_BASE', value: 'http://a' },
      key_settings: {},
      settings: { api_version: { variable: 'LITELLM_VERSION', value: 'v2' } },
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(read({ OFFICIAL_KEY: '', LITELLM_KEY: 'second', ACCOUNT: ' ' })).toEqual({
      api_key: { variable: 'LITELLM_KEY', value: 'second' },
      key_settings: {},
      settings: {},
    });
  });

  it('takes slashes off the end of a base URL', () => {
    expect(read({ OFFICIAL_BASE: 'http://a/v1//' }).api_base?.value).toBe('http://a/v1');
  });

  it('finds nothing where nothing is read', () => {
    expect(read({ OFFICIAL_KEY: 'first' }, { api_key: [], api_base: [] })).toEqual({
      key_settings: {},
      settings: {},
    });
  });
});

describe('settingsOfEnvironment', () => {
  const found = read({ OFFICIAL_KEY: 'first', ACCOUNT: 'of-the-environment', LITELLM_VERSION: 'v2' });

  it.each([undefined, 'first'])(
    'has every setting for the key of the environment, also where it is written: %s',
    (key) => {
      expect(valuesOf(settingsOfEnvironment(found, key))).toEqual({
        account_id: 'of-the-environment',
        api_version: 'v2',
      });
    },
  );

  it('has nothing of an account for another key', () => {
    expect(valuesOf(settingsOfEnvironment(found, 'another'))).toEqual({ api_version: 'v2' });
  });
});
