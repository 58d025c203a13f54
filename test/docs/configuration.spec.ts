import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { parse } from 'yaml';
import { settingsSchema, variableOf } from '../../src/config/settings.schema.js';
import { firstProviderVariables } from './provider-variables.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Default of a variable that has none. */
const UNSET = '';

type Defaults = Readonly<Record<string, string>>;

function sorted(entries: Iterable<readonly [string, string]>): Defaults {
  return Object.fromEntries([...entries].toSorted(([left], [right]) => left.localeCompare(right)));
}

/** `#NAME=default` lines; a variable that stands there twice is kept twice. */
function inEnvExample(text: string): [string, string][] {
  return [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
}

/** Rows `| `NAME` | `default` | ...`. */
function inDocument(markdown: string): [string, string][] {
  return [...markdown.matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\| (`([^`]*)`|unset) +\|/gm)].map(([, name = '', , value]) => [
    name,
    value ?? UNSET,
  ]);
}

/** What `${NAME:-default}` in docker-compose.yml takes from the environment. */
function inCompose(text: string): [string, string][] {
  return [...text.matchAll(/\$\{([A-Z0-9_]+):-([^}]*)\}/g)].map(([, name = '', value = '']) => [name, value]);
}

/** The gateway's own variables. */
function inCode(): [string, string][] {
  return Object.entries(settingsSchema.in.shape).map(([name, rule]): [string, string] => {
    const { data } = rule.safeParse(undefined);
    // A folder is resolved when it is read.
    const text = String(data ?? UNSET);
    return [variableOf(name), isAbsolute(text) ? relative('', text) : text];
  });
}

describe('the documented configuration', () => {
  const example = inEnvExample(read('.env.example'));
  const document = inDocument(read('docs/configuration.md'));
  const compose = inCompose(read('docker-compose.yml'));
  const expected = sorted([...compose, ...inCode()]);
  // Generated, and so complete; their other names are in comments.
  const ofProviders = firstProviderVariables().map((name): [string, string] => [name, UNSET]);

  it('names providers and settings at all', () => {
    expect(expected).toMatchObject({ PORT: '4000', SANDBOX: 'true', MASTER_KEY: UNSET });
    expect(ofProviders).toContainEqual(['OPENAI_API_KEY', UNSET]);
  });

  it('agrees with the code in .env.example, which names each variable once and sets none', () => {
    const all = sorted([...Object.entries(expected), ...ofProviders]);
    expect(sorted(example)).toEqual(all);
    expect(example).toHaveLength(Object.keys(all).length);
    expect(read('.env.example')).not.toMatch(/^[A-Z]/m);
  });

  it('agrees with the code in docs/configuration.md, which names each variable once', () => {
    expect(sorted(document)).toEqual(expected);
    expect(document).toHaveLength(Object.keys(expected).length);
  });

  it('agrees with the code in docker-compose.yml, which sets only variables that exist', () => {
    expect(expected).toMatchObject(Object.fromEntries(compose));
    const { services } = parse(read('docker-compose.yml'));
    const { POSTGRES_PASSWORD: _, ...ofTheGateway } = expected;
    expect(Object.keys(ofTheGateway)).toEqual(expect.arrayContaining(Object.keys(services.gateway.environment)));
  });
});
