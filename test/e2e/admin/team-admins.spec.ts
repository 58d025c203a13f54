import { readFile } from 'node:fs/promises';
import { MASTER_KEY, startTestGateway, type AdminAnswer, type TestGateway } from '../../support/gateway.js';
import { until } from '../../support/upload-server.js';
import { object } from './openapi-document.js';

/** A team with a key that has asked for something, and an administrator of that team alone. */
interface Side {
  readonly teamId: string;
  readonly key: { readonly id: string; readonly key: string };
  readonly admin: string;
  /** The id of its log. */
  readonly logId: string;
}

let gateway: TestGateway;
let ours: Side;
let theirs: Side;
/** A key of no team. */
let stray: { readonly id: string; readonly key: string };
beforeAll(async () => {
  gateway = await startTestGateway();
  ours = await makeSide('ours');
  theirs = await makeSide('theirs');
  stray = await gateway.createKey({ name: 'stray' });
  await transcribe(stray.key);
  await transcribe(MASTER_KEY);
  // What has been answered is in the ledger then.
  await gateway.logs();
});
afterAll(() => gateway.close());

async function transcribe(secret: string): Promise<string> {
  const form = new FormData();
  form.set('model', 'sandbox');
  form.set('file', new Blob([await readFile('assets/speech.wav')]), 'a.wav');
  const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: form,
  });
  await answer.arrayBuffer();
  return answer.headers.get('x-request-id') ?? '';
}

async function makeSide(name: string): Promise<Side> {
  const team = await gateway.admin('POST', 'teams', { name });
  const key = await gateway.createKey({ name: `key of ${name}`, team: name });
  const admin = await gateway.admin('POST', 'admin_keys', {
    name: `admin of ${name}`,
    role: 'team_admin',
    teams: [name],
  });
  return { teamId: team.body.id, key, admin: admin.body.key, logId: await transcribe(key.key) };
}

async function call(secret: string, method: string, path: string, body?: object): Promise<AdminAnswer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function codeOf(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await call(ours.admin, method, path, body);
  return answer.status < 300 ? answer.status : [answer.status, object(object(answer.body)['error'])['code']];
}

const NOT_FOUND = [404, 'not_found'];
const NOT_ALLOWED = [403, 'not_allowed'];

describe('a team admin', () => {
  it('sees the keys and the teams of its teams only', async () => {
    const namesAt = async (path: string) =>
      (await call(ours.admin, 'GET', path)).body.data.map((it: { name: string }) => it.name);
    for (const path of ['/admin/v1/keys', '/admin/v1/keys?limit=1', '/admin/v1/keys?team=ours']) {
      expect(await namesAt(path)).toEqual(['key of ours']);
    }
    expect(await namesAt('/admin/v1/teams')).toEqual(['ours']);
    for (const team of ['theirs', theirs.teamId, 'nobody']) {
      expect(await codeOf('GET', `/admin/v1/keys?team=${team}`)).toEqual(NOT_ALLOWED);
      expect(await codeOf('GET', `/admin/v1/teams/${team}`)).toEqual(NOT_FOUND);
    }
    expect(await codeOf('GET', `/admin/v1/teams/${ours.teamId}`)).toBe(200);
  });

  it('changes of many keys only those of its teams', async () => {
    const tags = ['shared'];
    const [own, other] = [
      await gateway.createKey({ team: 'ours', tags, user: 'alice' }),
      await gateway.createKey({ team: 'theirs', tags, user: 'alice' }),
    ];
    const change = async (what: string, meant: object) =>
      (await call(ours.admin, 'POST', `/admin/v1/keys/${what}`, meant)).body.ids;
    const ids = [own.id, other.id, stray.id];
    for (const meant of [{ tag: 'shared' }, { user: 'alice' }, { ids }]) {
      expect(await change('block', meant)).toEqual([own.id]);
      expect(await change('unblock', meant)).toEqual([own.id]);
    }
    expect(await codeOf('POST', '/admin/v1/keys/block', { team: 'theirs' })).toEqual(NOT_ALLOWED);
    expect(await change('revoke', { ids })).toEqual([own.id]);
    const left = (await gateway.admin('GET', `keys/${other.id}`)).body;
    expect(left).toMatchObject({ id: other.id, blocked: false });
    await gateway.admin('DELETE', `keys/${other.id}`);
  });

  it('finds no key beyond its teams, and changes none', async () => {
    for (const key of [theirs.key.id, 'key%20of%20theirs', stray.id, 'stray']) {
      expect(await codeOf('GET', `/admin/v1/keys/${key}`)).toEqual(NOT_FOUND);
      expect(await codeOf('PATCH', `/admin/v1/keys/${key}`, { blocked: true })).toEqual(NOT_FOUND);
      expect(await codeOf('PATCH', `/admin/v1/keys/${key}`, { team: 'ours' })).toEqual(NOT_FOUND);
      expect(await codeOf('POST', `/admin/v1/keys/${key}/rotate`)).toEqual(NOT_FOUND);
      expect(await codeOf('DELETE', `/admin/v1/keys/${key}`)).toEqual(NOT_FOUND);
    }
    for (const { id, key } of [theirs.key, stray]) {
      expect((await gateway.admin('GET', `keys/${id}`)).body).toMatchObject({ blocked: false });
      expect((await call(key, 'GET', '/v1/models')).status).toBe(200);
    }
  });

  it('makes, changes, rotates and deletes keys of its teams, and of no other', async () => {
    const at = '/admin/v1/keys/made';
    expect(await codeOf('POST', '/admin/v1/keys', { name: 'made', team: 'ours' })).toBe(201);
    expect(await codeOf('PATCH', at, { blocked: true, tags: ['x'] })).toBe(200);
    expect(await codeOf('POST', `${at}/rotate`)).toBe(200);
    for (const team of [null, 'theirs', theirs.teamId, 'nobody']) {
      expect(await codeOf('POST', '/admin/v1/keys', { name: 'elsewhere', team })).toEqual(NOT_ALLOWED);
      expect(await codeOf('PATCH', at, { team })).toEqual(NOT_ALLOWED);
    }
    expect(await codeOf('POST', '/admin/v1/keys', { name: 'elsewhere' })).toEqual(NOT_ALLOWED);
    expect(await codeOf('PATCH', at, { allow_provider_keys: true })).toEqual(NOT_ALLOWED);
    expect((await call(ours.admin, 'GET', at)).body).toMatchObject({ team: 'ours', allow_provider_keys: false });
    expect(await codeOf('PATCH', '/admin/v1/teams/ours', { models: null })).toEqual([403, 'insufficient_role']);
    expect(await codeOf('DELETE', at)).toBe(200);
  });

  it('sees the logs of its teams only, however it asks', async () => {
    const idsAt = async (query: string) =>
      (await call(ours.admin, 'GET', `/admin/v1/logs?${query}`)).body.data.map((it: { id: string }) => it.id);
    for (const query of [
      '',
      'limit=1',
      `team_id=${ours.teamId}`,
      `team_id=${ours.teamId.toUpperCase()}`,
      'latency_ms_min=0',
      'model=sandbox',
    ]) {
      expect({ query, ids: await idsAt(query) }).toEqual({ query, ids: [ours.logId] });
    }
    for (const query of [`key_id=${theirs.key.id}`, 'key_id=master', `request_id=${theirs.logId}`]) {
      expect({ query, ids: await idsAt(query) }).toEqual({ query, ids: [] });
    }
    expect((await call(ours.admin, 'GET', '/admin/v1/logs')).body).toMatchObject({ total_estimate: 1 });
    for (const team of [theirs.teamId, 'none', `${ours.teamId}&team_id=${theirs.teamId}`]) {
      for (const path of ['logs', 'logs/export', 'logs/stream', 'analytics', 'analytics/forecast']) {
        expect(await codeOf('GET', `/admin/v1/${path}?team_id=${team}`)).toEqual(NOT_ALLOWED);
      }
    }
    expect(await codeOf('GET', `/admin/v1/logs/${ours.logId}`)).toBe(200);
    expect(await codeOf('GET', `/admin/v1/logs/${theirs.logId}`)).toEqual(NOT_FOUND);
    const exported = await call(ours.admin, 'GET', '/admin/v1/logs/export?format=ndjson');
    expect(
      exported.body
        .trim()
        .split('\n')
        .map((line: string) => JSON.parse(line).id),
    ).toEqual([ours.logId]);
  });

  it('sees sums of its teams only, from sums that are kept and from rows', async () => {
    for (const more of [
      '',
      '&group_by=key',
      '&group_by=team',
      '&group_by=model&bucket=day',
      '&latency_ms_min=0',
      '&model=sandbox',
    ]) {
      const { body } = await call(ours.admin, 'GET', `/admin/v1/analytics?metrics=requests,keys${more}`);
      expect({ more, totals: body.totals }).toEqual({ more, totals: { requests: 1, keys: 1 } });
      expect(JSON.stringify(body)).not.toMatch(/theirs|stray/);
    }
    const { body } = await call(ours.admin, 'GET', `/admin/v1/analytics?metrics=requests&key_id=${theirs.key.id}`);
    expect(body.totals).toEqual({ requests: 0 });
    expect((await call(ours.admin, 'GET', '/admin/v1/analytics/forecast')).body.unpriced_requests).toBeLessThanOrEqual(
      1,
    );
  });

  it("has LiteLLM's calls for what is of its teams only", async () => {
    const get = async (path: string) => (await call(ours.admin, 'GET', path)).body;
    expect(
      (await get('/key/list?return_full_object=true')).keys.map((it: { key_alias: string }) => it.key_alias),
    ).toEqual(['key of ours']);
    expect((await get('/team/list')).map((it: { team_alias: string }) => it.team_alias)).toEqual(['ours']);
    expect((await get('/spend/logs')).map((it: { request_id: string }) => it.request_id)).toEqual([ours.logId]);
    const today = new Date().toISOString().slice(0, 10);
    const report = await get(
      `/global/spend/report?start_date=2026-01-01&end_date=${today}`.replace('2026-01-01', today),
    );
    expect(report).toHaveLength(1);
    expect(await get(`/spend/logs?api_key=${theirs.key.id}`)).toEqual([]);
    expect(await codeOf('GET', '/team/info?team_id=theirs')).toEqual(NOT_FOUND);
    expect(await codeOf('GET', '/key/list?team_id=theirs')).toEqual(NOT_ALLOWED);
    expect(await codeOf('POST', '/key/generate', { key_alias: 'elsewhere', team_id: 'theirs' })).toEqual(NOT_ALLOWED);
    expect(await codeOf('POST', '/key/generate', { key_alias: 'elsewhere' })).toEqual(NOT_ALLOWED);
    for (const key of [theirs.key.id, theirs.key.key, stray.id]) {
      expect(await codeOf('POST', '/key/update', { key, key_alias: 'mine' })).toEqual(NOT_FOUND);
      expect(await codeOf('POST', '/key/block', { key })).toEqual(NOT_FOUND);
      expect(await codeOf('POST', '/key/regenerate', { key })).toEqual(NOT_FOUND);
      expect(await codeOf('POST', '/key/delete', { keys: [ours.key.id, key] })).toEqual(NOT_FOUND);
    }
    expect(await codeOf('POST', '/key/update', { key: ours.key.id, team_id: 'theirs' })).toEqual(NOT_ALLOWED);
    expect((await gateway.admin('GET', `keys/${ours.key.id}`)).body.team).toBe('ours');
  });

  it('follows the logs of its teams only, and no longer than its key is good', async () => {
    const { body: listener } = await gateway.admin('POST', 'admin_keys', {
      name: 'listener',
      role: 'team_admin',
      teams: ['ours'],
    });
    const unknown = await fetch(`${gateway.url}/admin/v1/logs/stream`, {
      headers: { authorization: `Bearer ${listener.key}`, 'last-event-id': theirs.logId },
    });
    expect(unknown.status).toBe(404);
    await unknown.arrayBuffer();
    const stream = await fetch(`${gateway.url}/admin/v1/logs/stream`, {
      headers: { authorization: `Bearer ${listener.key}`, 'last-event-id': ours.logId },
    });
    let heard = '';
    let hasEnded = false;
    const listening = (async () => {
      for await (const part of stream.body ?? []) heard += Buffer.from(part).toString();
      hasEnded = true;
    })();
    const other = await transcribe(theirs.key.key);
    const own = await transcribe(ours.key.key);
    await until(() => heard.includes(own));
    expect(heard).not.toContain(other);
    await gateway.admin('PATCH', 'admin_keys/listener', { blocked: true });
    const late = await transcribe(ours.key.key);
    await until(() => hasEnded);
    await listening;
    expect(heard).not.toContain(late);
  });

  it('may do nothing more when none of its teams is left', async () => {
    await gateway.admin('POST', 'teams', { name: 'short-lived' });
    const { body } = await gateway.admin('POST', 'admin_keys', {
      name: 'orphan',
      role: 'team_admin',
      teams: ['short-lived'],
    });
    await gateway.admin('DELETE', 'teams/short-lived');
    for (const path of ['keys', 'teams', 'logs', 'analytics']) {
      const { status, body: answer } = await call(body.key, 'GET', `/admin/v1/${path}`);
      expect([status, answer.error.code]).toEqual([403, 'insufficient_role']);
    }
  });
});
