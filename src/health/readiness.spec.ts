import { ManualClock } from '../../test/support/manual-clock.js';
import { Drain } from '../http/drain.js';
import type { LedgerState } from '../ledger/writer/ledger.writer.js';
import type { MigrationStatus } from '../database/migration-status.js';
import { Readiness } from './readiness.js';
import { Startup } from './startup.js';

type Migrations = Awaited<ReturnType<MigrationStatus['read']>>;

const idle: LedgerState = {
  waitingRecords: 0,
  oldestWaitingMs: 0,
  journalBytes: 0,
  isFull: false,
  databaseAway: false,
  batches: 0,
  writtenRecords: 0,
  reducedRecords: 0,
  refusedRecords: 0,
  damagedRecords: 0,
};
let clock: ManualClock;
let drain: Drain;
let migrations: Migrations;
let ledger: LedgerState;
let redis: { isAway: boolean } | undefined;
let readiness: Readiness;
const build = (seat: ConstructorParameters<typeof Readiness>[6] = null): Readiness =>
  new Readiness(
    { read: () => Promise.resolve(migrations) },
    drain,
    {
      get state() {
        return ledger;
      },
    },
    clock,
    { auth_grace_seconds: 3600 },
    redis,
    seat,
  );
beforeEach(() => {
  clock = new ManualClock();
  drain = new Drain();
  migrations = 'ok';
  ledger = idle;
  redis = undefined;
  readiness = build();
});

it('is ok when everything is', async () => {
  expect(await readiness.read()).toEqual({
    status: 'ok',
    checks: { database: 'ok', migrations: 'ok', ledger: 'ok', accepting_requests: true },
  });
});

it.each<[string, Partial<LedgerState>, 'behind' | 'ok', 'degraded' | 'ok']>([
  ['has waited for the database for long', { oldestWaitingMs: 30_001 }, 'behind', 'degraded'],
  ['waits for a moment', { oldestWaitingMs: 1000, waitingRecords: 500 }, 'ok', 'ok'],
])('serves while a log %s', async (_, state, check, status) => {
  ledger = { ...idle, ...state };
  expect(await readiness.read()).toMatchObject({ status, checks: { ledger: check } });
});

it('serves keys that are known while the database is away, for an hour', async () => {
  migrations = 'unreachable';
  const away = { database: 'unreachable', migrations: 'unknown' };
  expect(await readiness.read()).toMatchObject({ status: 'degraded', checks: away });
  clock.advance(3_600_000);
  expect(await readiness.read()).toMatchObject({ status: 'degraded' });
  clock.advance(1);
  expect(await readiness.read()).toMatchObject({ status: 'unavailable', checks: away });
  migrations = 'ok';
  expect(await readiness.read()).toMatchObject({ status: 'ok' });
  migrations = 'unreachable';
  expect(await readiness.read()).toMatchObject({ status: 'degraded' });
});

it('serves while Redis is away, and says so', async () => {
  redis = { isAway: false };
  readiness = build();
  expect(await readiness.read()).toMatchObject({ status: 'ok', checks: { redis: 'ok' } });
  redis.isAway = true;
  expect(await readiness.read()).toMatchObject({ status: 'degraded', checks: { redis: 'unreachable' } });
});

it('serves nothing when no more logs can be kept', async () => {
  ledger = { ...idle, isFull: true, oldestWaitingMs: 60_000 };
  expect(await readiness.read()).toMatchObject({ status: 'unavailable', checks: { ledger: 'full' } });
});

it('serves nothing while migrations are missing, and while it stops', async () => {
  migrations = 'pending';
  expect(await readiness.read()).toMatchObject({ status: 'unavailable', checks: { migrations: 'pending' } });
  migrations = 'ok';
  await drain.drain(0);
  expect(await readiness.read()).toMatchObject({ status: 'unavailable', checks: { accepting_requests: false } });
});

it('has started once migrations and models were there, and stays so', async () => {
  const catalogue = { isLoaded: false };
  const startup = new Startup({ read: () => Promise.resolve(migrations) }, catalogue);
  expect(await startup.isComplete()).toBe(false);
  catalogue.isLoaded = true;
  migrations = 'unreachable';
  expect(await startup.isComplete()).toBe(false);
  migrations = 'ok';
  expect(await startup.isComplete()).toBe(true);
  migrations = 'unreachable';
  expect(await startup.isComplete()).toBe(true);
});

it('says how many workers serve, and serves with fewer than there are to be', async () => {
  const all = build({ slot: 2, standing: { up: 2, of: 2 } });
  expect(await all.read()).toMatchObject({ status: 'ok', workers: { worker: 2, up: 2, of: 2 } });
  const fewer = build({ slot: 2, standing: { up: 1, of: 2 } });
  expect(await fewer.read()).toMatchObject({ status: 'degraded', workers: { worker: 2, up: 1, of: 2 } });
  ledger = { ...idle, isFull: true };
  expect(await fewer.read()).toMatchObject({ status: 'unavailable' });
  expect(await build({ slot: 1, standing: undefined }).read()).not.toHaveProperty('workers');
});
