import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../src/database/loopback-port.js';
import { readySchema } from '../../../src/health/health.schema.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { hasRedis, RedisServer } from '../../support/redis-server.js';
import { TLS_CERTIFICATE, TLS_KEY } from '../../support/tls-certificate.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

(hasRedis ? describe : describe.skip)('a Redis by TLS', () => {
  let folder: string;
  let certificate: string;
  let database: TestDatabase;
  let redis: RedisServer;
  let port: number;
  beforeAll(async () => {
    await buildGateway();
    folder = await mkdtemp(join(tmpdir(), 'auricle-redis-tls-'));
    certificate = join(folder, 'certificate.pem');
    const key = join(folder, 'key.pem');
    await Promise.all([writeFile(certificate, TLS_CERTIFICATE), writeFile(key, TLS_KEY)]);
    port = await findFreePort(undefined);
    redis = await RedisServer.start(
      Object.entries({ port, 'cert-file': certificate, 'key-file': key, 'auth-clients': 'no' }).flatMap(
        ([name, value]) => [`--tls-${name}`, String(value)],
      ),
    );
    database = await createTestDatabase();
  });
  afterEach(() => GatewayProcess.killAll());
  afterAll(async () => {
    await redis.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (environment: Record<string, string>) =>
    GatewayProcess.start({
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      REDIS_TIMEOUT_SECONDS: '10',
      LOG_FORMAT: 'json',
      ...environment,
    });
  const standing = async ({ url }: GatewayProcess) => {
    const answer = await fetch(`${url}/health/ready`, { headers: { connection: 'close' } });
    return readySchema.parse(await answer.json()).checks.redis;
  };

  it.each(['localhost', '127.0.0.1'])('is used by %s where its certificate is trusted', async (host) => {
    const gateway = await start({ REDIS_URL: `rediss://${host}:${port}`, NODE_EXTRA_CA_CERTS: certificate });
    await until(async () => (await standing(gateway)) === 'ok');
    expect(await redis.ask('DBSIZE')).not.toBe(':0');
  });

  it('is away where it is not, and the log says why', async () => {
    const gateway = await start({ REDIS_URL: `rediss://localhost:${port}` });
    expect(await standing(gateway)).toBe('unreachable');
    expect(gateway.output).toMatch(/self-signed certificate/);
  });
});
