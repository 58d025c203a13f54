import { Client } from 'pg';
import { newRequestId } from '../../../src/http/request-id.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';
import { object, type Json } from '../admin/openapi-document.js';

let gateway: TestGateway;
let database: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

/** More than one part. */
const ROWS = 350;
const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', 'a "quoted", text\nof two lines'];

async function write(model: string, count = ROWS): Promise<string[]> {
  const ids = Array.from({ length: count }, newRequestId).toSorted();
  const entries = ids.map((id, index) =>
    logEntry({
      id,
      model,
      costNanoUsd: BigInt(index + 1),
      endUser: FORMULAS[index % FORMULAS.length] ?? null,
      tags: ['a', '=b'],
    }),
  );
  await writeLogs(gateway, ...entries);
  return ids.toReversed();
}

function open(query: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${gateway.url}/admin/v1/logs/export?${query}`, {
    headers: { authorization: `Bearer ${MASTER_KEY}` },
    ...init,
  });
}

function parse(text: string): Json[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => object(JSON.parse(line)));
}

it('has every log that passes the filter once, newest first, as a line of JSON', async () => {
  const ids = await write('ndjson');
  await write('other', 3);
  const answer = await open('model=ndjson&fields=model,cost_usd,created_at');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="logs.ndjson"');
  const logs = parse(await answer.text());
  expect(logs.map((log) => log['id'])).toEqual(ids);
  expect(logs.at(-1)).toEqual({
    id: ids.at(-1),
    created_at: expect.stringMatching(/Z$/),
    model: 'ndjson',
    cost_usd: 1e-9,
  });
});

it('is CSV that a spreadsheet does not run, with amounts that it does not round', async () => {
  const ids = (await write('csv', FORMULAS.length)).toReversed();
  const answer = await open('format=csv&model=csv&fields=cost_usd,end_user,tags,plan,stream');
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  const text = await answer.text();
  expect(text.split('\r\n')[0]).toBe('id,stream,cost_usd,plan,end_user,tags');
  expect(text.split('\r\n').slice(1)).toEqual([
    `${ids[5]},false,0.000000006,,"a ""quoted"", text\nof two lines","[""a"",""=b""]"`,
    `${ids[4]},false,0.000000005,,'\t=1,"[""a"",""=b""]"`,
    `${ids[3]},false,0.000000004,,'@SUM(A1),"[""a"",""=b""]"`,
    `${ids[2]},false,0.000000003,,'-1,"[""a"",""=b""]"`,
    `${ids[1]},false,0.000000002,,'+1,"[""a"",""=b""]"`,
    `${ids[0]},false,0.000000001,,'=1+1,"[""a"",""=b""]"`,
    '',
  ]);
});

it('goes on after the last line that has come, also where nothing follows', async () => {
  const ids = await write('resumed');
  const rest = await open(`model=resumed&fields=id&cursor=${ids[120]}`);
  expect(parse(await rest.text()).map((log) => log['id'])).toEqual(ids.slice(121));
  const csv = await open(`format=csv&model=resumed&fields=id&cursor=${ids[ROWS - 2]}`);
  expect(await csv.text()).toBe(`${ids[ROWS - 1]}\r\n`);
  expect(await (await open(`model=resumed&cursor=${ids[ROWS - 1]}`)).text()).toBe('');
});

it('reads no further when the client goes', async () => {
  await write('left');
  const gone = new AbortController();
  const answer = await open('model=left&fields=all', { signal: gone.signal });
  await answer.body?.getReader().read();
  gone.abort();
  // The gateway closes within its time for running requests, which it would not if one went on.
  expect((await open('model=nobody')).status).toBe(200);
});

it('breaks off visibly where a part cannot be read', async () => {
  await write('broken');
  const before = await open('model=broken&fields=id');
  expect(parse(await before.text())).toHaveLength(ROWS);
  // The oldest rows are in the last part. No version writes such tags.
  await database.query(`UPDATE request_log SET tags = '{NULL}' WHERE model = 'broken' AND cost_nano_usd < 10`);
  const answer = await open('model=broken&fields=id');
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
});

it.each(['blocked', 'of another role', 'deleted'])('is cut when its admin key is %s meanwhile', async (change) => {
  const model = `cut-${change.replaceAll(' ', '-')}`;
  await write(model, 101);
  // The first part is more than a connection holds, so that the client has to read before the next one is.
  await database.query(`UPDATE request_log SET error_message = repeat('x', 200000) WHERE model = $1`, [model]);
  const { body: admin } = await gateway.admin('POST', 'admin_keys', { name: model, role: 'viewer' });
  const answer = await open(`model=${model}&fields=all`, { headers: { authorization: `Bearer ${admin.key}` } });
  expect(answer.status).toBe(200);
  if (change === 'deleted') await gateway.admin('DELETE', `admin_keys/${admin.id}`);
  else {
    const changed = change === 'blocked' ? { blocked: true } : { role: 'team_admin', teams: [await teamNamed(model)] };
    expect((await gateway.admin('PATCH', `admin_keys/${admin.id}`, changed)).status).toBe(200);
  }
  await expect(answer.text()).rejects.toThrow('terminated');
});

async function teamNamed(name: string): Promise<string> {
  const { status } = await gateway.admin('POST', 'teams', { name });
  expect(status).toBe(201);
  return name;
}

it.each(['format=xlsx', 'fields=colour', 'cursor=1', 'limit=5'])('refuses %s', async (query) => {
  const answer = await open(query);
  expect(answer.status).toBe(400);
  expect(object(object(await answer.json())['error'])['param']).toBe(query.split('=')[0]);
});
