import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PriceBook } from '../../src/pricing/price-book.js';
import { readEnvironment } from '../../src/providers/provider-environment.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { plainRequest } from '../support/adapter-contract.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../support/openai-simulator.js';
import { SPOKEN } from '../support/simulator-fixtures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** Neither tests nor what is generated. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.spec.ts') && !path.endsWith('generated');
}

/** Code blocks of the document that begin with the path of their file. */
function filesIn(markdown: string): { path: string; text: string }[] {
  return [...markdown.matchAll(/^```ts\n\/\/ (src\/\S+)\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => ({
    path,
    text,
  }));
}

describe('the provider in CONTRIBUTING.md', () => {
  // A copy of the sources, to which the example is added as it stands.
  let tree: string;
  let adapters: ReturnType<typeof import('../../src/providers/built-in-providers.js').builtInProviders>;
  const http = new ProviderHttp();

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'auricle-contributing-'));
    await cp(join(root, 'src'), join(tree, 'src'), { recursive: true, filter: isNeeded });
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    await cp(join(root, 'package.json'), join(tree, 'package.json'));
    for (const { path, text } of filesIn(await readFile(join(root, 'CONTRIBUTING.md'), 'utf8'))) {
      const isRegistration = path === 'src/providers/provider-list.ts';
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await (isRegistration ? appendFile(join(tree, path), text) : writeFile(join(tree, path), text));
    }
    const module: typeof import('../../src/providers/built-in-providers.js') = await import(
      join(tree, 'src/providers/built-in-providers.ts')
    );
    adapters = module.builtInProviders(http);
  });

  afterAll(async () => {
    await http.onModuleDestroy();
    await rm(tree, { recursive: true, force: true });
  });

  it('passes the type check', async () => {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { rootDir: '.', types: ['node'], noEmit: true },
      include: ['src/providers'],
    };
    await writeFile(join(tree, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: tree }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 240_000);

  it('is known by name, prefix, variables and price', () => {
    const registry = new ProviderRegistry(adapters);
    const acme = registry.get('acme');
    expect(acme).toMatchObject({ title: 'Acme Speech', knownModels: ['scribbler-2', 'scribbler-1'] });
    expect(registry.byPrefix('acme_ai')?.adapter).toBe(acme);
    const variables = new Map([
      ['ACME_AI_API_KEY', 'sk-1'],
      ['ACME_TEAM', 'ears'],
    ]);
    expect(acme && readEnvironment(acme.environment, (name) => variables.get(name))).toEqual({
      api_key: { variable: 'ACME_AI_API_KEY', value: 'sk-1' },
      key_settings: { team: { variable: 'ACME_TEAM', value: 'ears' } },
      settings: {},
    });
    const prices = new PriceBook(registry);
    const priceOf = (upstreamModel: string) => prices.priceOf({ provider: 'acme', upstreamModel, settings: {} });
    expect(priceOf('scribbler-2-legal')).toEqual({ type: 'duration', usd: '0.003', per: 'minute' });
    expect(priceOf('scribbler-1')).toBeUndefined();
  });

  it('serves a transcription', async () => {
    const upstream = await OpenAiSimulator.start();
    try {
      const acme = new ProviderRegistry(adapters).get('acme');
      const result = await acme?.transcribe({
        request: plainRequest(),
        // The simulator knows OpenAI's models only.
        upstreamModel: 'whisper-1',
        upstreamFormat: 'json',
        apiBase: upstream.url,
        apiKey: SIMULATOR_KEY,
        settings: acme.settings.parse({ team: 'ears' }),
        signal: new AbortController().signal,
      });
      expect(result).toMatchObject({ text: SPOKEN });
      expect(upstream.lastRequest.headers).toMatchObject({ 'x-acme-team': 'ears' });
    } finally {
      await upstream.close();
    }
  });
});
