import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allProviderVariables } from './provider-variables.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, first = '']) => first);

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'deploy/helm/auricle/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const scripts: object = JSON.parse(read('package.json')).scripts;
const paths = Object.keys(JSON.parse(read('docs/openapi.json')).paths);
const variables = new Set(matches(read('.env.example'), /^#([A-Z0-9_]+)=/gm));
for (const name of allProviderVariables()) variables.add(name);
// LiteLLM's own, which its file is read with.
for (const name of ['SLACK_WEBHOOK_URL', 'REDIS_HOST', 'REDIS_PORT', 'REDIS_USERNAME', 'REDIS_PASSWORD'])
  variables.add(name);
for (const name of ['AURICLE_URL', 'SPECS_DIR', 'TEST_LOG_LEVEL', 'REQUEST_ID', 'REDIS_SERVER']) variables.add(name);
// Node's.
variables.add('NODE_EXTRA_CA_CERTS');

const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('generated'))
  .map((path) => read(join('src', path)))
  .join('\n');

/** Code between single backquotes; fenced blocks are another thing. */
function inlineCode(text: string): string[] {
  return matches(text.replaceAll(/^ *```[\s\S]*?^ *```/gm, ''), /`([^`\n]+)`/g);
}

/** A placeholder has the name that it has in the OpenAPI document; anything else may stand in its place. */
function isRoute(path: string): boolean {
  if (path.includes('{')) return paths.includes(path);
  return paths.some((route) => new RegExp(`^${route.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path));
}

describe.each(documents)('%s', (document) => {
  const text = read(document);

  it('links to files that exist', () => {
    const links = matches(text, /\]\(([^)#:]+)(?:#[^)]*)?\)/g);
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  it('names files that exist', () => {
    const files = inlineCode(text).filter((code) => /^(src|test|docs|scripts|prisma|\.ci)\/[^<*]*$/.test(code));
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const names = [...matches(text, /npm run ([a-z:-]+)/g), ...matches(text, /npm (start|test)\b/g)];
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names variables that exist', () => {
    const names = inlineCode(text).filter((code) => /^[A-Z]+(_[A-Z0-9]+)+$/.test(code));
    // OpenTelemetry reads its own.
    expect(names.filter((name) => !variables.has(name) && !name.startsWith('OTEL_'))).toEqual([]);
  });

  it('names routes that exist', () => {
    const routes = matches(text, /((?<=[`\s"0-9])\/(?:admin\/v1|v1|health)\/[\w/{}-]+)/g);
    expect(routes.filter((route) => !isRoute(route))).toEqual([]);
  });
});

describe('docs/api.md', () => {
  const text = read('docs/api.md');

  it('names exactly the headers that are sent', () => {
    const sent = new Set(matches(source, /'(x-auricle-[a-z-]+)'/g));
    expect(new Set(matches(text, /`(x-auricle-[a-z-]+)`/g))).toEqual(sent);
  });

  it('names error codes that exist, and all of those that have a name', () => {
    const table = text.slice(text.indexOf('| Status |'), text.indexOf('Where a provider blames'));
    const rows = table.split('\n').map((line) => line.split('|'));
    const named = rows.flatMap((cells) => matches(cells[3] ?? '', /`([a-z_]+)`/g));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
    const thrown = matches(source, /\bcode: '([a-z_]+)'/g).filter(
      // The first is never read by anybody; the second is zod's own.
      (code) => code !== 'client_closed_request' && code !== 'custom',
    );
    expect(thrown.filter((code) => !named.includes(code))).toEqual([]);
  });
});
