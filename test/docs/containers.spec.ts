import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readSettings } from '../../src/config/settings.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const { services, volumes } = parse(read('docker-compose.yml'));

/** How long the last flush of the ledger may take, see src/ledger/writer/ledger.writer.ts. */
const LEDGER_FLUSH_SECONDS = 10;

describe('Dockerfile', () => {
  /** What is copied from the checkout, as opposed to from the first stage. */
  const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '));

  it('copies files that exist and that .dockerignore lets through', () => {
    expect(sources).toContain('prisma/migrations');
    const allowed = read('.dockerignore').match(/^!.+$/gm) ?? [];
    for (const source of sources) {
      expect([source, existsSync(`${root}/${source}`)]).toEqual([source, true]);
      expect(allowed).toContain(`!${source.split('/')[0]}`);
    }
  });

  it('runs the entry point directly, and not as root', () => {
    expect(dockerfile).toMatch(/^CMD \["node", "dist\/main\.js"\]$/m);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(existsSync(`${root}/src/main.ts`)).toBe(true);
  });

  it('exposes the default port', () => {
    const port = readSettings({}).port;
    expect(dockerfile).toMatch(new RegExp(`^EXPOSE ${port}$`, 'm'));
    expect(dockerfile).toContain(`process.env.PORT || ${port}`);
  });
});

describe('docker-compose.yml', () => {
  it('waits for the database before it starts the gateway', () => {
    expect(services.gateway.depends_on.database.condition).toBe('service_healthy');
    expect(services.database.healthcheck.test).toContain('pg_isready');
  });

  it('gives the gateway the database that it makes', () => {
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.database.environment;
    expect(services.gateway.environment.DATABASE_URL).toBe(
      `postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@database:5432/${POSTGRES_DB}`,
    );
  });

  it('keeps data and models in named volumes', () => {
    const mounts = [...services.gateway.volumes, ...services.database.volumes, ...services.recogniser.volumes];
    expect(mounts).toEqual([
      'gateway-data:/data',
      'database-data:/var/lib/postgresql',
      'recogniser-models:/home/ubuntu/.cache/huggingface/hub',
    ]);
    expect(Object.keys(volumes)).toEqual(mounts.map((mount: string) => mount.split(':')[0]));
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
  });

  it('has a recogniser only in the profile local, of the model that is made of it', () => {
    const { recogniser, 'local-model': localModel } = services;
    const inProfile = Object.keys(services).filter((name) => services[name].profiles?.includes('local'));
    expect(inProfile).toEqual(['recogniser', 'local-model']);
    expect(recogniser.image).toMatch(/:\d+\.\d+\.\d+\S*$/);
    expect(JSON.parse(recogniser.environment.PRELOAD_MODELS)).toEqual([localModel.environment.LOCAL_MODEL]);
    expect(localModel.environment.LOCAL_API_BASE).toBe('http://recogniser:8000/v1');
    expect(localModel.image).toBe(services.gateway.image);
  });

  it('leaves the gateway the time to drain', () => {
    const seconds = Number(/^(\d+)s$/.exec(services.gateway.stop_grace_period)?.[1]);
    const drain = readSettings({}).shutdown_timeout_seconds;
    expect(seconds).toBeGreaterThan(drain + LEDGER_FLUSH_SECONDS);
  });

  it('keeps the master key out of the log', () => {
    expect(services.gateway.environment.SHOW_MASTER_KEY).toBe('false');
  });
});

describe('deploy/compose/ha.yaml', () => {
  const text = read('deploy/compose/ha.yaml');
  const ha = parse(text, { merge: true });
  const caddyfile = read('deploy/compose/Caddyfile');
  const gateways = Object.keys(ha.services).filter((name) => name.startsWith('gateway-'));

  it('has three gateways that differ by their folders alone', () => {
    expect(gateways).toEqual(['gateway-1', 'gateway-2', 'gateway-3']);
    for (const name of gateways) {
      const { volumes: own, ...rest } = ha.services[name];
      expect(own).toEqual([`${name}-data:/data`]);
      expect(rest).toEqual(ha['x-gateway']);
    }
    expect(Object.keys(ha.volumes)).toEqual(['front-data', ...gateways.map((name) => `${name}-data`), 'database-data']);
  });

  it('does not start without the keys that all gateways need the same', () => {
    for (const name of ['MASTER_KEY', 'ENCRYPTION_KEY', 'POSTGRES_PASSWORD']) {
      expect(text).toContain(`\${${name}:?`);
      expect(text).not.toContain(`\${${name}:-`);
    }
  });

  it('gives them the database and the Valkey that it makes', () => {
    const { DATABASE_URL, REDIS_URL } = ha['x-gateway'].environment;
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = ha.services.database.environment;
    expect(DATABASE_URL).toBe(`postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@database:5432/${POSTGRES_DB}`);
    expect(REDIS_URL).toBe('redis://valkey:6379/0');
    expect(Object.keys(ha['x-gateway'].depends_on)).toEqual(['database', 'valkey']);
  });

  it('has a front that asks each of them, and publishes nothing else', () => {
    expect(caddyfile).toContain(`reverse_proxy ${gateways.map((name) => `${name}:4000`).join(' ')} {`);
    expect(caddyfile).toContain('health_uri /health/ready');
    // With it, an old Caddy does not tell a gateway that the client has left.
    expect(caddyfile).not.toContain('flush_interval');
    expect(ha.services.front.ports).toEqual(['${PORT:-4000}:4000']);
    const published = Object.keys(ha.services).filter((name) => ha.services[name].ports !== undefined);
    expect(published).toEqual(['front']);
  });

  it('leaves the gateways the time to drain', () => {
    const seconds = Number(/^(\d+)s$/.exec(ha['x-gateway'].stop_grace_period)?.[1]);
    expect(seconds).toBeGreaterThan(readSettings({}).shutdown_timeout_seconds + LEDGER_FLUSH_SECONDS);
  });
});
