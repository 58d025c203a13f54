import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { serveDashboard } from './dashboard.js';

describe('the dashboard', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auricle-ui-'));
    await mkdir(join(folder, 'assets'));
    await mkdir(join(folder, '.vite'));
    await writeFile(join(folder, '.vite', 'manifest.json'), '{}');
    await writeFile(join(folder, 'index.html'), '<meta name="csp-nonce" content="%CSP_NONCE%"><title>Auricle</title>');
    await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await writeFile(join(folder, 'assets', 'main-1a2b.js'), 'hello()');
    await writeFile(join(folder, 'assets', 'main-1a2b.js.gz'), gzipSync('hello()'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const site = (from: string) =>
    express()
      .use('/ui', serveDashboard(from))
      .use((_, response) => void response.status(404).send('not of the dashboard'));

  it.each([
    '/ui',
    '/ui/',
    '/ui/logs',
    '/ui/logs/01a2?status=failure',
    '/ui/keys/app%207',
    '/ui/models/nova-3.1',
    '/ui/index.html',
  ])('%s is drawn by the one document', async (path) => {
    const answer = await request(site(folder)).get(path).expect(200);
    expect(answer.text).toContain('<title>Auricle</title>');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('names a number in its policy that is another one each time, and in the document', async () => {
    const answers = await Promise.all([1, 2].map(() => request(site(folder)).get('/ui/')));
    const nonces = answers.map(({ text }) => /content="([\w+/=]{24})"/.exec(text)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    for (const [index, { headers }] of answers.entries()) {
      const policy = headers['content-security-policy'];
      expect(policy).toContain(`style-src 'self' 'nonce-${nonces[index]}'`);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['permissions-policy']).toContain('microphone=(self)');
    }
  });

  it('lets browsers keep for ever what is named by its content, compressed for who takes that, and ask again for the rest', async () => {
    const script = await request(site(folder))
      .get('/ui/assets/main-1a2b.js')
      .set('accept-encoding', 'gzip')
      .expect(200);
    expect(script.headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(script.headers['content-type']).toContain('javascript');
    const plain = await request(site(folder)).get('/ui/assets/main-1a2b.js').set('accept-encoding', 'identity');
    expect([plain.headers['content-encoding'], plain.text]).toEqual([undefined, 'hello()']);
    const icon = await request(site(folder)).get('/ui/favicon.svg').expect(200);
    expect(icon.headers['cache-control']).toBe('no-cache');
  });

  it.each([
    '/ui/assets/main-old.js',
    '/ui/assets/nothing',
    '/ui/.vite/manifest.json',
    '/ui/..%2f..%2fpackage.json',
    '/ui/a.txt',
  ])('%s is nothing of it, and no page', async (path) => {
    const answer = await request(site(folder)).get(path);
    expect([answer.status, answer.text]).toEqual([404, 'not of the dashboard']);
  });

  it('is read and nothing else', async () => {
    await request(site(folder)).post('/ui/logs').expect(404);
    await request(site(folder)).head('/ui/logs').expect(200);
  });

  it('says so where it was not built', async () => {
    const answer = await request(site(join(folder, 'nothing')))
      .get('/ui/logs')
      .expect(503);
    expect(answer.text).toContain('npm run build');
    expect(answer.headers['content-type']).toContain('html');
  });
});
