import { randomUUID } from 'node:crypto';
import { RedisServer, hasRedis } from '../../support/redis-server.js';
import { until } from '../../support/upload-server.js';
import { line } from './counters-contract.js';
import { insuredGateway, type InsuredGateway } from './insured-gateway.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

function closedLater<One extends { close(): Promise<void> }>(one: One): One {
  opened.push(one);
  return one;
}

async function enter({ counters }: InsuredGateway): Promise<number | undefined> {
  return (await counters.take({ id: randomUUID(), lines: [line('day', 1000), line('place', 1000)] })).used[0];
}

(hasRedis ? it : it.skip)('follows sentinels to another master, and forgets nothing', async () => {
  const secret = ['--requirepass', 'h@:/', '--masterauth', 'h@:/', '--repl-diskless-sync-delay', '0'];
  const master = closedLater(await RedisServer.start(secret));
  const replica = closedLater(await RedisServer.start([...secret, '--replicaof', '127.0.0.1', String(master.port)]));
  const sentinel = closedLater(await RedisServer.startSentinel(master, 'watch'));
  await sentinel.ask('AUTH watch\r\nSENTINEL SET main auth-pass h@:/');
  await until(async () => (await replica.ask('AUTH h@:/\r\nINFO replication')).includes('master_link_status:up'));
  await until(async () => (await sentinel.ask('AUTH watch\r\nSENTINEL REPLICAS main')).includes('127.0.0.1'));
  const url = `redis+sentinel://:h%40%3A%2F@127.0.0.1:${sentinel.port}/main/0`;
  const gateway = closedLater(await insuredGateway({ url, namespace: 'n', sentinelPassword: 'watch' }));
  await until(() => gateway.counters.place === 'redis');
  expect([await enter(gateway), await enter(gateway)]).toEqual([1, 2]);
  await master.kill();
  expect(await enter(gateway)).toBe(3);
  expect(gateway.counters.place).toBe('memory');
  await until(() => gateway.counters.place === 'redis');
  expect(await enter(gateway)).toBe(4);
  expect(await replica.ask('AUTH h@:/\r\nROLE')).toMatch(/master/);
});

(hasRedis ? it : it.skip)('counts in a cluster, whichever of its nodes it is told of', async () => {
  const nodes = [await RedisServer.startNode(), await RedisServer.startNode()];
  nodes.forEach(closedLater);
  const [first, second] = nodes;
  if (!first || !second) throw new Error('there are no nodes');
  await first.ask('CLUSTER ADDSLOTSRANGE 0 8191');
  await second.ask('CLUSTER ADDSLOTSRANGE 8192 16383');
  const busPort = /:\d+@(\d+)/.exec(await second.ask('CLUSTER NODES'))?.[1];
  await first.ask(`CLUSTER MEET 127.0.0.1 ${second.port} ${busPort}`);
  for (const node of nodes) await until(async () => (await node.ask('CLUSTER INFO')).includes('cluster_state:ok'));
  // Keys of these two are not with the same node.
  for (const namespace of ['a', 'b']) {
    const url = `redis+cluster://127.0.0.1:${first.port}`;
    const gateway = closedLater(await insuredGateway({ url, namespace }));
    await until(() => gateway.counters.place === 'redis');
    expect([await enter(gateway), await enter(gateway)]).toEqual([1, 2]);
    expect(gateway.lines).toEqual([]);
  }
  const holders = await Promise.all(nodes.map(async (node) => Number((await node.ask('DBSIZE')).replace(':', ''))));
  expect(holders.every((keys) => keys > 0)).toBe(true);
});
