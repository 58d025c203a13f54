import { Client } from 'pg';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { isLongForm } from '../../support/long-form.js';
import { AdminClient, type Answer } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
let database: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

const ROUNDS = isLongForm ? 20 : 3;
const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_base: 'http://127.0.0.1:9/v1' };

let made = 0;
/** A name that nothing has. */
const fresh = (kind: string): string => `${kind}-${(made += 1)}`;

async function count(sql: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`);
  return rows[0]?.count ?? NaN;
}

/** What two or more changes at the same moment may be answered; each is a promise, so all have been sent. */
interface Race {
  readonly what: string;
  /** Sends the changes. */
  readonly run: () => Promise<readonly Promise<Answer>[]>;
  readonly statuses: readonly number[];
  /** How many succeed; undefined = that depends on who comes first. */
  readonly winners?: number;
}

const races: readonly Race[] = [
  ...(['keys', 'teams', 'models', 'credentials'] as const).map((kind): Race => ({
    what: `several ${kind} of one name are made`,
    run: () => {
      const name = fresh(kind);
      const body = kind === 'credentials' ? { name, provider: 'openai', api_key: 'sk-race-credential' } : { name };
      return Promise.resolve(Array.from({ length: 5 }, () => admin.post(kind, body)));
    },
    statuses: [201, 409],
    winners: 1,
  })),
  ...(['keys', 'teams', 'models', 'credentials'] as const).map((kind): Race => ({
    what: `several ${kind} get one name`,
    run: async () => {
      const ids = await Promise.all(Array.from({ length: 4 }, () => make(kind)));
      const name = fresh(kind);
      return ids.map((id) => admin.patch(`${kind}/${id}`, { name }));
    },
    statuses: [200, 409],
    winners: 1,
  })),
  ...(['keys', 'teams', 'models', 'credentials', 'deployments'] as const).map((kind): Race => ({
    what: `one of ${kind} is deleted several times`,
    run: async () => {
      const id = await make(kind);
      return Array.from({ length: 5 }, () => admin.delete(`${kind}/${id}`));
    },
    statuses: [200, 404],
  })),
  ...(['keys', 'teams', 'models', 'credentials', 'deployments'] as const).map((kind): Race => ({
    what: `one of ${kind} is changed and deleted`,
    run: async () => {
      const id = await make(kind);
      const change = {
        keys: { tags: ['changed'], metadata: { a: 'b' } },
        teams: { tags: ['changed'], metadata: { a: 'b' } },
        models: { routing: { max_retries: 1 } },
        credentials: { api_key: 'sk-race-another-secret' },
        deployments: { api_key: 'sk-race-another-secret', weight: 2 },
      }[kind];
      return [
        admin.patch(`${kind}/${id}`, change),
        admin.delete(`${kind}/${id}`),
        admin.patch(`${kind}/${id}`, change),
        admin.delete(`${kind}/${id}`),
      ];
    },
    statuses: [200, 404, 409],
  })),
  {
    what: 'a deployment gets several secrets',
    run: async () => {
      const id = await make('deployments');
      return Array.from({ length: 5 }, (_, index) =>
        admin.patch(`deployments/${id}`, { api_key: `sk-race-secret-${index}` }),
      );
    },
    statuses: [200],
  },
  {
    what: 'a credential is deleted while deployments begin to use it',
    run: async () => {
      const name = fresh('used');
      await admin.post('credentials', { name, provider: 'openai', api_key: 'sk-race-credential' });
      const model = await make('models');
      const user = await make('deployments');
      return [
        admin.post(`models/${model}/deployments`, { ...deployment, credential: name }),
        admin.patch(`deployments/${user}`, { credential: name }),
        admin.delete(`credentials/${name}`),
        admin.post('models', { name: fresh('user'), deployments: [{ ...deployment, credential: name }] }),
        admin.delete(`credentials/${name}`),
      ];
    },
    // 400: the credential was gone when it was looked for.
    statuses: [200, 201, 400, 404, 409],
  },
  {
    what: 'a team is deleted while keys begin to belong to it',
    run: async () => {
      const team = await make('teams');
      const key = await make('keys');
      return [
        admin.post('keys', { name: fresh('member'), team }),
        admin.patch(`keys/${key}`, { team }),
        admin.delete(`teams/${team}`),
        admin.patch(`teams/${team}`, { models: ['sandbox'] }),
        admin.post('keys', { name: fresh('member'), team }),
        admin.delete(`teams/${team}`),
      ];
    },
    // 400: the team was gone when it was looked for.
    statuses: [200, 201, 400, 404, 409],
  },
  {
    what: 'a model is deleted while it gets deployments',
    run: async () => {
      const model = await make('models');
      const own = { ...deployment, api_key: 'sk-race-secret' };
      return [
        admin.post(`models/${model}/deployments`, own),
        admin.post(`models/${model}/deployments`, own),
        admin.delete(`models/${model}`),
        admin.post(`models/${model}/deployments`, own),
      ];
    },
    statuses: [200, 201, 404, 409],
  },
  {
    what: 'a model is renamed, named and deleted',
    run: async () => {
      const model = await make('models');
      const { name } = (await admin.get(`models/${model}`)).body;
      const key = await make('keys');
      const other = await make('models');
      return [
        admin.patch(`keys/${key}`, { models: [name] }),
        admin.patch(`models/${model}`, { name: fresh('renamed') }),
        admin.patch(`models/${other}`, { routing: { fallbacks: [name] } }),
        admin.patch(`models/${model}`, { name: fresh('renamed') }),
        admin.delete(`models/${model}`),
        admin.post('keys', { name: fresh('key'), models: [name] }),
        admin.post('teams', { name: fresh('team'), models: [name] }),
      ];
    },
    statuses: [200, 201, 404, 409],
  },
  {
    what: 'two models that name each other are renamed',
    run: async () => {
      const [first, second] = [fresh('pair'), fresh('pair')];
      await admin.post('models', { name: first, routing: { fallbacks: [second] } });
      await admin.post('models', { name: second, routing: { fallbacks: [first] } });
      return [
        admin.patch(`models/${first}`, { name: fresh('pair') }),
        admin.patch(`models/${second}`, { name: fresh('pair'), routing: { max_retries: 1 } }),
      ];
    },
    statuses: [200],
  },
];

/** Makes one and answers its id. */
async function make(kind: 'keys' | 'teams' | 'models' | 'credentials' | 'deployments'): Promise<string> {
  const name = fresh('raced');
  if (kind === 'deployments') {
    const deployments = [{ ...deployment, api_key: 'sk-race-secret' }];
    return (await admin.post('models', { name, deployments })).body.deployments[0].id;
  }
  const body = kind === 'credentials' ? { name, provider: 'openai', api_key: 'sk-race-credential' } : { name };
  return (await admin.post(kind, body)).body.id;
}

describe('when at the same moment', () => {
  it.each(races)('$what, each is told what became of it', async ({ run, statuses, winners }) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // The client fails for an answer that the document does not have, such as a 500.
      const answers = await Promise.all(await run());
      for (const answer of answers)
        expect({ answer, isExpected: statuses.includes(answer.status) }).toMatchObject({ isExpected: true });
      if (winners !== undefined) expect(answers.filter(({ status }) => status < 300)).toHaveLength(winners);
    }
    // Secrets without a name live and die with their deployment.
    expect(
      await count(
        `provider_credential c WHERE name IS NULL AND NOT EXISTS (SELECT FROM deployment d WHERE d.credential_id = c.id)`,
      ),
    ).toBe(0);
  });

  it('a model is renamed and named, the name is followed or was never stored', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [before, after] = [fresh('before'), fresh('after')];
      await admin.post('models', { name: before });
      const [, ...keys] = await Promise.all([
        admin.patch(`models/${before}`, { name: after }),
        ...Array.from({ length: 4 }, () => admin.post('keys', { name: fresh('key'), models: [before] })),
      ]);
      for (const { body } of keys) {
        const { models, warnings } = (await admin.get(`keys/${body.id}`)).body;
        // Either the key was there first, or whoever asked for it is told.
        if (models[0] === before) expect(warnings).toEqual([`models names '${before}', which does not exist`]);
        else expect([models, warnings]).toEqual([[after], []]);
      }
    }
  });

  it('changes of different fields come, none is lost', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await make('deployments');
      await Promise.all([
        admin.patch(`deployments/${id}`, { routing: { order: 3 } }),
        admin.patch(`deployments/${id}`, { routing: { max_retries: 4 } }),
        admin.patch(`deployments/${id}`, { routing: { max_bytes: 5 } }),
        admin.patch(`deployments/${id}`, { weight: 6 }),
      ]);
      expect((await admin.get(`deployments/${id}`)).body).toMatchObject({
        routing: { order: 3, max_retries: 4, max_bytes: 5 },
        weight: 6,
      });
      const { body: key } = await admin.post('keys', { name: fresh('key') });
      await Promise.all(['a', 'b', 'c'].map((name) => admin.patch(`keys/${key.id}`, { metadata: { [name]: '1' } })));
      expect((await admin.get(`keys/${key.id}`)).body.metadata).toEqual({ a: '1', b: '1', c: '1' });
      const team = await make('teams');
      await Promise.all(['a', 'b', 'c'].map((name) => admin.patch(`teams/${team}`, { metadata: { [name]: '1' } })));
      expect((await admin.get(`teams/${team}`)).body.metadata).toEqual({ a: '1', b: '1', c: '1' });
    }
  });
});
