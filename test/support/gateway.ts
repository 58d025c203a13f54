import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectionToken } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { AppModule } from '../../src/app.module.js';
import { appOptions, createApp, prepareApp, stopApp, type AppFacts } from '../../src/app.js';
import { variablesOf } from '../../src/config/settings.js';
import { loadSecrets } from '../../src/config/secrets.js';
import { readConfiguration } from '../../src/configuration.js';
import { ChangeFeed } from '../../src/database/change-feed.js';
import { Today } from '../../src/serving/today.js';
import { createLogger } from '../../src/process-log/process-logger.js';
import { createTestDatabase } from './database.js';
import { until } from './upload-server.js';

export const MASTER_KEY = 'sk-aur-master-of-the-tests';

/** The answer of an admin route. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** The whole gateway on a port of its own and a database of its own. */
export interface TestGateway {
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly dataDir: string;
  readonly databaseUrl: string;
  admin(method: string, path: string, body?: unknown): Promise<AdminAnswer>;
  /** Issues a virtual key and returns its secret. */
  createKey(fields?: Record<string, unknown>): Promise<{ id: string; key: string }>;
  /** Makes a model served by an OpenAI-compatible upstream. */
  createModel(name: string, apiBase: string, deployment?: Record<string, unknown>): Promise<void>;
  /** The log of an answer. @throws Error that says what the route answered, when that is no log */
  // Tests read what they expect; the schemas are checked elsewhere.
  // oxlint-disable-next-line typescript/no-explicit-any
  row(answer: Pick<Response, 'headers'>): Promise<any>;
  /**
   * Logs with all that they tell, newest first; all that has been answered is included.
   * @throws Error that says what the route answered, when that is no list
   */
  logs(query?: string): Promise<Record<string, unknown>[]>;
  /**
   * Resolves when the gateway has heard of all changes up to now. What it hears of it forgets: a test that takes the database away
   * waits for this before it has the gateway learn what it is to know then.
   */
  heard(): Promise<void>;
  /** Files left in the upload folder. */
  spooledFiles(): Promise<string[]>;
  close(): Promise<void>;
}

/** Parts of the gateway to replace, by injection token: clocks, randomness, waiting. */
export type Replacements = readonly { readonly provide: InjectionToken; readonly useValue: unknown }[];

/** Starts a gateway; `environment` is added to what a bare machine would have. */
export async function startTestGateway(
  environment: Record<string, string> = {},
  replacements: Replacements = [],
  parts: Pick<AppFacts, 'tracing'> = {},
): Promise<TestGateway> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'auricle-test-'));
  const configuration = readConfiguration(
    variablesOf({
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      MASTER_KEY,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      LOG_FORMAT: 'json',
      SHUTDOWN_TIMEOUT_SECONDS: '5',
      // A busy machine is no database that is away.
      DATABASE_TIMEOUT_SECONDS: '60',
      // One request is one attempt, and no test feels another's failures; the routing suites set their own.
      MAX_RETRIES: '0',
      COOLDOWN_SECONDS: '0',
      // What a machine happens to have is no part of a test.
      FFMPEG_PATH: '',
      ...environment,
    }),
  );
  const { settings } = configuration;
  const secrets = await loadSecrets(settings);
  const logger = createLogger({ level: settings.log_level, format: settings.log_format });
  const app = await createTestApp(
    { ...configuration, secrets, databaseUrl: settings.database_url ?? database.url, logger, ...parts },
    replacements,
  );
  // Whose model ends when is no test's concern but of those that replace it.
  if (!replacements.some(({ provide }) => provide === Today)) app.get(Today).date = () => new Date('2026-01-01');
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();

  const admin: TestGateway['admin'] = async (method, path, body) => {
    const response = await fetch(`${url}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const read = async (path: string): Promise<AdminAnswer['body']> => {
    const { status, body } = await admin('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    url,
    app,
    dataDir,
    databaseUrl: database.url,
    admin,
    async createKey(fields = {}) {
      const answer = await admin('POST', 'keys', { name: `key-${randomBytes(4).toString('hex')}`, ...fields });
      if (answer.status !== 201) throw new Error(`createKey: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async createModel(name, apiBase, deployment = {}) {
      const answer = await admin('POST', 'models', {
        name,
        deployments: [
          { provider: 'openai', upstream_model: 'whisper-1', api_base: apiBase, api_key: 'sk-upstream', ...deployment },
        ],
      });
      if (answer.status !== 201) throw new Error(`createModel: ${JSON.stringify(answer.body)}`);
    },
    async row({ headers }) {
      return await read(`logs/${headers.get('x-request-id')}`);
    },
    async logs(query = '') {
      return (await read(`logs?fields=all&${query}`)).data;
    },
    async heard() {
      let isHeard = false;
      app.get(ChangeFeed).on('client_token', { changed: () => (isHeard = true), unsure: () => undefined });
      const client = new Client({ connectionString: settings.database_url ?? database.url });
      await client.connect();
      await until(async () => {
        // Of no token that there is. Messages come in the order in which changes were committed.
        await client.query(`SELECT pg_notify('auricle_changes', 'client_token none')`);
        return isHeard;
      });
      await client.end();
    },
    async spooledFiles() {
      return await readdir(join(dataDir, 'uploads')).catch(() => []);
    },
    async close() {
      await stopApp(app, 5000);
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function createTestApp(facts: AppFacts, replacements: Replacements): Promise<NestExpressApplication> {
  if (replacements.length === 0) return await createApp(facts);
  let builder = Test.createTestingModule({ imports: [AppModule.register(facts)] });
  for (const { provide, useValue } of replacements) builder = builder.overrideProvider(provide).useValue(useValue);
  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>(appOptions(facts.logger));
  await prepareApp(app, facts);
  return app;
}
