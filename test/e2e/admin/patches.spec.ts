import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient } from './admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
});
afterAll(() => gateway.close());

const deployment = {
  provider: 'openai-compatible',
  upstream_model: 'whisper-1',
  api_base: 'http://127.0.0.1:9/v1',
  settings: { formats: ['json'], streaming: false },
  routing: { order: 1, max_retries: 1 },
  price: { type: 'duration', usd: '0.006', per: 'minute', minimum_seconds: 10 },
};

/** A thing of each kind that has objects inside, and what can be changed in them. */
const kinds: readonly {
  readonly kind: string;
  /** @returns the route of a new one */
  readonly make: (name: string) => Promise<string>;
  readonly object: string;
  readonly before: object;
  /** A change of one field, and what the object is then. */
  readonly change: readonly [object, object];
  /** The removal of another, and what the object is then. */
  readonly removal: readonly [object, object];
  /** What makes something of the object that cannot be, and where. */
  readonly nonsense: readonly [object, string];
}[] = [
  {
    kind: 'model',
    make: async (name) => {
      await admin.post('models', { name, routing: { max_retries: 1, timeout_seconds: 60 } });
      return `models/${name}`;
    },
    object: 'routing',
    before: { max_retries: 1, timeout_seconds: 60 },
    change: [{ hedging: true }, { max_retries: 1, timeout_seconds: 60, hedging: true }],
    removal: [{ timeout_seconds: null }, { max_retries: 1, hedging: true }],
    nonsense: [{ max_retries: -1 }, 'routing.max_retries'],
  },
  ...(['settings', 'routing', 'price'] as const).map((object) => ({
    kind: 'deployment',
    make: async (name: string) => `deployments/${(await makeDeployment(name)).id}`,
    object,
    ...{
      settings: {
        before: deployment.settings,
        change: [{ streaming: true }, { formats: ['json'], streaming: true }] as const,
        removal: [{ formats: null }, { streaming: true }] as const,
        nonsense: [{ formats: ['mp3'] }, 'settings.formats.0'] as const,
      },
      routing: {
        before: deployment.routing,
        change: [{ max_retries: 2 }, { order: 1, max_retries: 2 }] as const,
        removal: [{ order: null }, { max_retries: 2 }] as const,
        nonsense: [{ order: -1 }, 'routing.order'] as const,
      },
      price: {
        before: deployment.price,
        change: [{ usd: '0.007' }, { ...deployment.price, usd: '0.007' }] as const,
        removal: [{ minimum_seconds: null }, { type: 'duration', usd: '0.007', per: 'minute' }] as const,
        nonsense: [{ usd: null }, 'price.usd'] as const,
      },
    }[object],
  })),
  {
    kind: 'deployment of a model',
    make: async (name) => `models/${name}/deployments/${(await makeDeployment(name)).id}`,
    object: 'routing',
    before: deployment.routing,
    change: [{ max_retries: 2 }, { order: 1, max_retries: 2 }],
    removal: [{ order: null }, { max_retries: 2 }],
    nonsense: [{ order: -1 }, 'routing.order'],
  },
  {
    kind: 'key',
    make: async (name) => `keys/${(await admin.post('keys', { name, metadata: { team: 'a', floor: '1' } })).body.id}`,
    object: 'metadata',
    before: { team: 'a', floor: '1' },
    change: [{ floor: '2' }, { team: 'a', floor: '2' }],
    removal: [{ team: null }, { floor: '2' }],
    nonsense: [Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`k${at}`, 'v'])), 'metadata'],
  },
];

async function makeDeployment(model: string): Promise<{ id: string }> {
  await admin.post('models', { name: model });
  return (await admin.post(`models/${model}/deployments`, deployment)).body;
}

describe('PATCH', () => {
  it.each(kinds.map((it, index) => ({ ...it, name: `patched-${index}` })))(
    'of the $object of a $kind changes what is sent, removes what is null, and leaves the rest',
    async ({ name, make, object, before, change, removal, nonsense }) => {
      const route = await make(name);
      expect((await admin.get(route)).body[object]).toEqual(before);
      for (const [changes, after] of [change, removal, [{}, removal[1]]]) {
        const changed = await admin.patch(route, { [object]: changes });
        expect([changed.status, changed.body[object]]).toEqual([200, after]);
      }
      const [changes, param] = nonsense;
      const refused = await admin.patch(route, { [object]: changes });
      expect([refused.status, refused.body.error.param]).toEqual([400, param]);
      expect((await admin.get(route)).body[object]).toEqual(removal[1]);
    },
  );

  it('loses nothing of changes that come together', async () => {
    const { id } = (await admin.post('keys', { name: 'busy' })).body;
    const names = Array.from({ length: 12 }, (_, at) => `k${at}`);
    const answers = await Promise.all(names.map((name) => admin.patch(`keys/${id}`, { metadata: { [name]: name } })));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect((await admin.get(`keys/${id}`)).body.metadata).toEqual(Object.fromEntries(names.map((it) => [it, it])));
  });

  it('of what is removed at the same moment is a 404 or a 409', async () => {
    const made = Array.from({ length: 12 }, (_, at) => makeDeployment(`gone-${at}`));
    for (const { id } of await Promise.all(made)) {
      const [changed, removed] = await Promise.all([
        admin.patch(`deployments/${id}`, { routing: { order: 2 } }),
        admin.delete(`deployments/${id}`),
      ]);
      expect([200, 404, 409]).toContain(changed.status);
      expect([200, 404, 409]).toContain(removed.status);
    }
  });

  it('replaces a price by one of another type, and takes it away', async () => {
    const { id } = await makeDeployment('priced');
    const price = { type: 'characters', usd: '20' };
    expect((await admin.patch(`deployments/${id}`, { price })).body.price).toEqual(price);
    expect((await admin.patch(`deployments/${id}`, { price: null })).body.price).toBeNull();
  });
});
