import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError } from './config-file.error.js';
import { readConfigFile, type ReadingOptions } from './config-file.reader.js';
import { strategies } from './litellm/router.keys.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));
const SECRET = 'sk-secret-4711';
let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-file-property-'));
  path = join(folder, 'config.yaml');
});
afterAll(() => rmSync(folder, { recursive: true }));

const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const count = fc.nat({ max: 1000 });

const deployment = fc.record({
  model_name: name,
  litellm_params: fc.record({
    model: fc
      .tuple(
        fc.constantFrom('openai/whisper-', 'groq/whisper-', 'deepgram/', 'mistral/voxtral-', 'gemini/gemini-'),
        fc.stringMatching(/^[a-d][0-9.]{0,12}$/),
      )
      .map((parts) => parts.join('')),
    api_key: fc.constantFrom(SECRET, 'os.environ/KEY'),
    rpm: maybe(count.map((it) => it + 1)),
    weight: maybe(fc.double({ min: 0, max: 1000, noNaN: true })),
    timeout: maybe(fc.double({ min: 0.01, max: 10_000, noNaN: true })),
    drop_params: maybe(fc.constantFrom(true, false, 'yes', 'off')),
    input_cost_per_second: maybe(
      fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true }).map((it) => it.toFixed(9)),
    ),
  }),
  model_info: maybe(fc.record({ mode: fc.constant('audio_transcription'), base_model: maybe(name) })),
});

const document = fc.record({
  model_list: fc.array(deployment, { maxLength: 4 }),
  router_settings: fc.record({
    num_retries: maybe(fc.nat({ max: 100 })),
    routing_strategy: maybe(fc.constantFrom(...Object.keys(strategies))),
    fallbacks: maybe(fc.array(fc.dictionary(name, fc.array(name, { maxLength: 3 }), { maxKeys: 2 }), { maxLength: 3 })),
    model_group_alias: maybe(
      fc.dictionary(name, fc.oneof(name, fc.record({ model: name, hidden: fc.boolean() })), { maxKeys: 3 }),
    ),
  }),
  general_settings: fc.record({
    master_key: fc.constant(SECRET),
    max_request_size_mb: maybe(count.map((it) => it + 1)),
  }),
  litellm_settings: maybe(
    fc.record({ request_timeout: maybe(count.map((it) => it + 1)), drop_params: maybe(fc.boolean()) }),
  ),
});

const style = fc.constantFrom<'block' | 'flow'>('block', 'flow');

function write(value: unknown, collectionStyle: 'block' | 'flow'): string {
  const text = stringify(value, { collectionStyle, aliasDuplicateObjects: false });
  writeFileSync(path, text);
  return text;
}

/** What is wrong with the way in which the file was refused. */
function faultsOf(error: unknown, text: string): readonly string[] {
  if (!(error instanceof ConfigFileError)) return [`no ConfigFileError but ${String(error)}`];
  const lines = text.split('\n');
  const isInside = (line: number, column: number) => column >= 1 && column <= (lines[line - 1]?.length ?? -1) + 1;
  return [
    ...(error.problems.length === 0 ? ['no problems'] : []),
    ...(error.message.includes(SECRET) ? ['the secret is told'] : []),
    ...error.problems
      .filter(({ file, line, column }) => file !== path || !isInside(line, column))
      .map(({ line, column }) => `there is no ${line}:${column}`),
  ];
}

function attempt(options: ReadingOptions = {}): unknown {
  try {
    readConfigFile(path, providers, { KEY: SECRET }, options);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('any configuration file', () => {
  it('that is valid is read, in every style, with all of its deployments', () => {
    fc.assert(
      fc.property(document, style, (value, collectionStyle) => {
        write(value, collectionStyle);
        const { models, problems } = readConfigFile(path, providers, { KEY: SECRET });
        const deployments = models.flatMap((model) => model.deployments);
        expect(deployments).toHaveLength(value.model_list.length);
        expect(deployments.map(({ api_key }) => api_key)).toEqual(value.model_list.map(() => SECRET));
        expect(JSON.stringify(problems)).not.toContain(SECRET);
      }),
      { numRuns: 150 },
    );
  });

  it('with a key that nobody knows is told, within the file', () => {
    const place = fc.constantFrom('file', 'model_list', 'router_settings', 'general_settings', 'litellm_settings');
    const unknown = fc.stringMatching(/^zz[a-zA-Z0-9_ -]{0,20}$/);
    fc.assert(
      fc.property(document, style, place, unknown, (value, collectionStyle, where, key) => {
        const more = { [key]: SECRET };
        const changed = {
          model_list: [...value.model_list, ...(where === 'model_list' ? [{ model_name: 'm', ...more }] : [])],
          router_settings: { ...value.router_settings, ...(where === 'router_settings' && more) },
          general_settings: { ...value.general_settings, ...(where === 'general_settings' && more) },
          litellm_settings: { ...value.litellm_settings, ...(where === 'litellm_settings' && more) },
          ...(where === 'file' && more),
        };
        const text = write(changed, collectionStyle);
        expect(faultsOf(attempt({ strict: true }), text)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('with characters lost, put in or replaced is read or refused, never a crash', () => {
    const piece = fc.constantFrom('', ':', ' ', '\n', '\t', '{', ']', '"', '- ', '&a ', '*a', '<<', '#', '!', '%', 'x');
    const change = fc.record({ at: fc.nat(), put: piece, lost: fc.nat({ max: 2 }) });
    fc.assert(
      fc.property(
        document,
        style,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (value, collectionStyle, changes) => {
          let text = stringify(value, { collectionStyle });
          for (const { at, put, lost } of changes) {
            const index = at % (text.length + 1);
            text = text.slice(0, index) + put + text.slice(index + lost);
          }
          writeFileSync(path, text);
          const error = attempt();
          expect(error === undefined ? [] : faultsOf(error, text)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of any YAML values is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), style, (value, collectionStyle) => {
        const text = write({ model_list: value, router_settings: value, general_settings: value }, collectionStyle);
        const error = attempt();
        expect(error === undefined ? [] : faultsOf(error, text)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
