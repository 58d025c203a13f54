import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSource, type SourceFacts, type SourceText } from './support/import-graph.js';

/** The folders of src, lowest first. A folder may import from lower tiers only; docs/architecture.md says why. */
const tiers = [
  ['domain'],
  ['config', 'acting', 'workers'],
  ['database', 'ffmpeg', 'http', 'providers', 'redis', 'uploads'],
  ['limits', 'pricing', 'privacy', 'redaction'],
  ['models', 'ledger', 'process-log', 'budgets', 'audit'],
  ['auth', 'routing', 'config-file', 'tracing'],
  ['serving', 'alerts'],
  ['chat', 'speech', 'transcriptions'],
  ['dashboard', 'doors', 'health', 'metrics', 'retirements'],
] as const;
/** The files of src itself put everything together. */
const ROOT = '(src)';

const GENERATED_CLIENT = 'src/database/generated/';

function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? ROOT;
}

function tierOf(folder: string): number | undefined {
  if (folder === ROOT) return tiers.length;
  const tier = tiers.findIndex((folders) => folders.some((it) => it === folder));
  return tier === -1 ? undefined : tier;
}

type Rule = (file: SourceFacts) => readonly string[];

const keepTiers: Rule = ({ path, imports }) => {
  const folder = folderOf(path);
  const tier = tierOf(folder);
  if (tier === undefined) return [`${path}: the folder ${folder} has no tier`];
  return imports
    .filter(({ target }) => target.startsWith('src/') && folderOf(target) !== folder)
    .filter(({ target }) => (tierOf(folderOf(target)) ?? tiers.length) >= tier)
    .map(({ target }) => `${path}: ${folder} may not import ${target}`);
};

/** Domain's own files, the schemas that its types are made from, and others' patterns, which are as pure. */
function isOfDomain(target: string): boolean {
  return target.startsWith('src/domain/') || target === 'zod' || target === 're2js';
}

const keepDomainPure: Rule = ({ path, imports }) =>
  imports
    .filter(({ target, typeOnly }) => folderOf(path) === 'domain' && !isOfDomain(target) && !typeOnly)
    .map(({ target }) => `${path}: domain may not depend on ${target}`);

const readEnvironmentInConfig: Rule = ({ path, readsEnvironment }) =>
  readsEnvironment && folderOf(path) !== 'config' ? [`${path}: only src/config reads process.env`] : [];

/** What opens a connection, by module; `*` = anything from it. */
const waysOut: Readonly<Record<string, readonly string[]>> = {
  undici: ['*'],
  'node:http': ['request', 'get', 'Agent', 'ClientRequest'],
  'node:https': ['*'],
  'node:http2': ['*'],
};

const callOutInProviders: Rule = ({ path, imports, callsFetch }) => {
  if (folderOf(path) === 'providers') return [];
  const used = imports.flatMap(({ target, names }) => {
    const ways = waysOut[target];
    if (!ways) return [];
    const opening = ways.includes('*') ? names : names.filter((name) => name === '*' || ways.includes(name));
    return opening.map((name) => (name === '*' ? target : `${name} of ${target}`));
  });
  return [...used, ...(callsFetch ? ['fetch'] : [])].map((way) => `${path}: only src/providers may use ${way}`);
};

const queryInRepositories: Rule = ({ path, imports }) =>
  imports
    .filter(
      ({ target, typeOnly }) => !typeOnly && (target.startsWith(GENERATED_CLIENT) || target.startsWith('@prisma/')),
    )
    .filter(() => folderOf(path) !== 'database' && !path.endsWith('.repository.ts'))
    .map(({ target }) => `${path}: only src/database and repositories may import ${target}`);

const askRedisInRedis: Rule = ({ path, imports }) =>
  imports
    .filter(({ target }) => target.startsWith('@redis/') && folderOf(path) !== 'redis')
    .map(({ target }) => `${path}: only src/redis may import ${target}`);

/** Of a process, not of a gateway: each says itself why. */
const STATE_OF_PROCESS: Readonly<Record<string, readonly string[]>> = {
  // Made when it is asked for first, and the same ever after.
  'src/domain/language.ts': ['knownTagsByName'],
  'src/metrics/metrics.registry.ts': ['processRegistry'],
  // The process of a worker begins with it.
  'src/worker.ts': ['logger', 'seat', 'serving', 'stopping', 'isStarting'],
};

/** A process may have several gateways, as a worker of jest has: what a module holds would be of all of them. */
const keepNoState: Rule = ({ path, variables }) =>
  variables
    .filter((name) => !STATE_OF_PROCESS[path]?.includes(name))
    .map((name) => `${path}: ${name} outlives the gateway that sets it`);

const rules: readonly Rule[] = [
  keepTiers,
  keepDomainPure,
  readEnvironmentInConfig,
  callOutInProviders,
  queryInRepositories,
  askRedisInRedis,
  keepNoState,
];

/** Every file that lies on a circle of imports, as the circle. */
function findCycles(files: readonly SourceFacts[]): string[] {
  const targetsOf = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start !== -1) cycles.push(`circle of imports: ${[...trail.slice(start), path].join(' > ')}`);
    if (start !== -1 || finished.has(path)) return;
    for (const target of targetsOf.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

/** A change that `PrismaService.change` does not make: its audit event would name the database and not who has made it. */
const UNTOLD_CHANGE =
  /this\.prisma\s*\.(?:(?:virtualKey|team|gatewaySetting|adminKey|adminKeyTeam|session|budget|model|deployment|providerCredential|savedConfig|savedConfigVersion)\s*\.(?:create|update|upsert|delete)\w*|\$transaction\(async)/g;

/** Changes of what is not audited. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  // When it was used last.
  'src/auth/admin-keys/admin-keys.repository.ts': 'this.prisma.adminKey.updateMany',
  // Sessions of virtual keys, which are not told.
  'src/auth/sessions/sessions.repository.ts': 'this.prisma.$transaction(async',
  'src/ledger/feedback/feedback.repository.ts': 'this.prisma.$transaction(async',
};

function findUntoldChanges({ path, text }: SourceText): string[] {
  return [...text.matchAll(UNTOLD_CHANGE)]
    .map(([call]) => call.replaceAll(/\s/g, ''))
    .filter((call) => call !== NOT_AUDITED[path]?.replaceAll(/\s/g, ''))
    .map((call) => `${path}: ${call} changes something of which nobody is told who does; use this.prisma.change`);
}

function findViolations(sources: readonly SourceText[]): string[] {
  const files = sources.map(readSource);
  return [
    ...files.flatMap((file) => rules.flatMap((rule) => rule(file))),
    ...findCycles(files),
    ...sources.flatMap(findUntoldChanges),
  ];
}

describe('the import rules', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.startsWith(GENERATED_CLIENT))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

  it('are kept by every source file', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(findViolations(sources)).toEqual([]);
  });

  it('have a tier for every folder that exists', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    expect([...folders].toSorted()).toEqual([ROOT, ...tiers.flat()].toSorted());
  });
});

describe('a file list that breaks the rules', () => {
  const file = (path: string, text: string): SourceText => ({ path, text });

  it.each<[string, SourceText[], string[]]>([
    [
      'imports a higher tier',
      [file('src/auth/a.ts', `import { Router } from '../routing/router.js';`)],
      ['src/auth/a.ts: auth may not import src/routing/router.ts'],
    ],
    [
      'imports a neighbour on its tier, types included',
      [file('src/http/a.ts', `import type { B } from '../uploads/b.js';`)],
      ['src/http/a.ts: http may not import src/uploads/b.ts'],
    ],
    [
      're-exports a higher tier',
      [file('src/models/a.ts', `export * from '../transcriptions/b.js';`)],
      ['src/models/a.ts: models may not import src/transcriptions/b.ts'],
    ],
    [
      'imports the application while it runs',
      [file('src/config/a.ts', `const app = await import('../app.js');`)],
      ['src/config/a.ts: config may not import src/app.ts'],
    ],
    [
      'has a folder that nobody placed',
      [file('src/helpers/a.ts', '')],
      ['src/helpers/a.ts: the folder helpers has no tier'],
    ],
    [
      'gives the domain a dependency',
      [file('src/domain/a.ts', `import { Pool } from 'pg';\nimport type { Readable } from 'node:stream';`)],
      ['src/domain/a.ts: domain may not depend on pg'],
    ],
    ...[
      `process.env['A']`,
      `process['env'].A`,
      `const { env } = process`,
      `import { env as e } from 'node:process'`,
    ].map((text): [string, SourceText[], string[]] => [
      `reads the environment as ${text}`,
      [file('src/http/a.ts', text)],
      ['src/http/a.ts: only src/config reads process.env'],
    ]),
    [
      'calls out',
      [
        file('src/uploads/a.ts', `import 'undici'; import { request, STATUS_CODES } from 'node:http';`),
        file('src/uploads/b.ts', `import * as https from 'node:https'; await fetch('http://a');`),
      ],
      [
        'src/uploads/a.ts: only src/providers may use undici',
        'src/uploads/a.ts: only src/providers may use request of node:http',
        'src/uploads/b.ts: only src/providers may use node:https',
        'src/uploads/b.ts: only src/providers may use fetch',
      ],
    ],
    [
      'queries from a service',
      [file('src/auth/a.service.ts', `import { Prisma, type Key } from '../database/generated/client.js';`)],
      ['src/auth/a.service.ts: only src/database and repositories may import src/database/generated/client.ts'],
    ],
    [
      'asks Redis by itself',
      [file('src/limits/a.ts', `import { createClient } from '@redis/client';`)],
      ['src/limits/a.ts: only src/redis may import @redis/client'],
    ],
    [
      'keeps a variable of its own',
      [file('src/limits/a.ts', 'let last = 0; export var b, c = 1; export const set = () => { let d = ++last; };')],
      ['last', 'b', 'c'].map((name) => `src/limits/a.ts: ${name} outlives the gateway that sets it`),
    ],
    [
      'changes what is audited, and nobody is told who does',
      [
        file('src/auth/a.repository.ts', 'await this.prisma.team.deleteMany({}); await this.prisma.team.findMany({});'),
        file('src/auth/b.repository.ts', 'await this.prisma.$transaction(async (transaction) => transaction);'),
      ],
      [
        'src/auth/a.repository.ts: this.prisma.team.deleteMany changes something of which nobody is told who does; use this.prisma.change',
        'src/auth/b.repository.ts: this.prisma.$transaction(async changes something of which nobody is told who does; use this.prisma.change',
      ],
    ],
    [
      'goes round in a circle',
      [
        file('src/auth/a.ts', `import './b.js';`),
        file('src/auth/b.ts', `import './c.js';`),
        file('src/auth/c.ts', `import './b.js';`),
      ],
      ['circle of imports: src/auth/b.ts > src/auth/c.ts > src/auth/b.ts'],
    ],
  ])('is caught when it %s', (_, files, violations) => {
    expect(findViolations(files)).toEqual(violations);
  });

  it('is not made of what is allowed', () => {
    const allowed = [
      file('src/app.ts', `import './gateway.js'; import './health/health.module.js';`),
      file(
        'src/auth/a.service.ts',
        `import type { Key } from '../database/generated/client.js'; // process.env, fetch()`,
      ),
      file('src/auth/a.repository.ts', `import { type Key, Prisma } from '../database/generated/client.js';`),
      file('src/config/env.ts', `export const port = process.env['PORT']; const text = 'process.env';`),
      file('src/providers/http.ts', `import { request } from 'undici';`),
      file('src/http/a.ts', `import { STATUS_CODES, type Agent } from 'node:http'; import '../domain/errors.js';`),
    ];
    expect(findViolations(allowed)).toEqual([]);
  });
});
