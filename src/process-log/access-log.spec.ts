import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { pino } from 'pino';
import { z } from 'zod';
import { ManualClock } from '../../test/support/manual-clock.js';
import type { ServedFacts } from '../http/served-request.js';
import { giveRequestId } from '../http/request-id.js';
import { accessLog, loggedPath } from './access-log.js';

it.each([
  ['/v1/audio/transcriptions', '/v1/audio/transcriptions'],
  ['/key/info?key=sk-1234567890abcdef', '/key/info'],
  ['/key/sk-1234567890abcdef/regenerate?key=sk-1234567890abcdef', '/key/sk-.../regenerate'],
  ['/key/SK-aur-x', '/key/sk-...'],
])('logs %s as %s', (url, logged) => expect(loggedPath(url)).toBe(logged));

describe('the line of a request', () => {
  const facts: ServedFacts = {
    task: 'transcribe',
    model: 'whisper',
    provider: 'openai',
    deployment_id: 'id',
    status: 'success',
    error_code: null,
    stream: false,
    audio_seconds: 6,
    cost_usd: 0.0009,
    latency_ms: 12,
    provider_latency_ms: 10,
    attempts: ['success'],
    cache: null,
    key_id: null,
    trace_id: null,
  };
  const lineSchema = z.object({ level: z.int(), msg: z.string() }).loose();
  let server: Server;
  let lines: z.infer<typeof lineSchema>[];
  let nextLine: Promise<void>;
  let url: string;
  async function serve(handler: RequestHandler): Promise<void> {
    lines = [];
    let written: () => void;
    nextLine = new Promise((resolve) => (written = resolve));
    const logger = pino(
      { base: null },
      { write: (line) => (lines.push(lineSchema.parse(JSON.parse(line))), written()) },
    );
    server = createServer(express().use(giveRequestId(new ManualClock()), accessLog(logger), handler));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it('has what the log says, where there is one', async () => {
    await serve((request, response) => {
      request.served = Promise.resolve(facts);
      response.status(200).end();
    });
    const response = await fetch(`${url}/v1/audio/transcriptions?secret=1`);
    await nextLine;
    expect(lines).toMatchObject([
      {
        level: 30,
        msg: 'request completed',
        req: { id: response.headers.get('x-request-id'), method: 'GET', path: '/v1/audio/transcriptions' },
        res: { status: 200 },
        responseTime: expect.any(Number),
        log: facts,
      },
    ]);
  });

  it('is plain otherwise', async () => {
    await serve((_, response) => void response.status(404).end());
    await fetch(`${url}/admin/v1/keys`);
    await nextLine;
    expect(lines[0]).toMatchObject({ level: 30, res: { status: 404 } });
    expect(lines[0]).not.toHaveProperty('log');
  });

  it.each([
    ['an answer of 500', 500, facts],
    ['a stream that broke', 200, { ...facts, status: 'failure' }],
  ])('is an error for %s', async (_, status, served) => {
    await serve((request, response) => {
      request.served = Promise.resolve(served);
      response.status(status).end();
    });
    await fetch(url);
    await nextLine;
    expect(lines[0]).toMatchObject({ level: 50 });
  });

  it('waits for the log of a request whose client has gone', async () => {
    let left: () => void;
    const gone = new Promise<void>((resolve) => (left = resolve));
    await serve((request, response) => {
      response.once('close', left);
      response.write('something');
      request.served = gone.then(() => ({ ...facts, status: 'cancelled' }));
    });
    const leaving = new AbortController();
    await fetch(url, { signal: leaving.signal });
    leaving.abort();
    await nextLine;
    expect(lines).toMatchObject([{ msg: 'request aborted', log: { status: 'cancelled' } }]);
  });

  it('is not written for probes and scrapes', async () => {
    await serve((_, response) => void response.end());
    for (const path of ['health/live', 'health/ready', 'health', 'metrics', 'metrics?x=1'])
      await fetch(`${url}/${path}`);
    await fetch(`${url}/metricss`);
    await nextLine;
    expect(lines).toMatchObject([{ req: { path: '/metricss' } }]);
  });
});
