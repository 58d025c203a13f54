import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { SecretBox } from '../../models/credentials/secret-box.js';
import { WebhookPoster } from '../../providers/url-fetch/webhook-poster.js';
import { sealTarget } from '../alert-target.js';
import { AlertMessenger, WEBHOOK_TIMEOUT_MS } from './alert-messenger.js';

const never = new AbortController().signal;
const body = { type: 'alert.test', timestamp: '2026-11-27T09:30:00.000Z', data: { alert: { id: 'a', name: 'n' } } };
const event = { id: 'x', type: body.type, body };
const box = new SecretBox({ encryptionKey: Buffer.alloc(32, 1) });

let clock: ManualClock;
let server: Server;
let answer: (response: ServerResponse) => void;
let messenger: AlertMessenger;
let recipient: { ciphertext: Uint8Array; format: string; previousExpiresAt: Date | null };
beforeEach(async () => {
  clock = new ManualClock();
  server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const time = { now: () => new Date(clock.nowMs()), moment: () => undefined };
  messenger = new AlertMessenger(box, new WebhookPoster(() => Promise.resolve([])), clock, time);
  const target = { url: `http://127.0.0.1:${port}/`, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', previous: null };
  recipient = { ciphertext: sealTarget(box, target).ciphertext, format: 'standard', previousExpiresAt: null };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('gives up a server that does not answer in time', async () => {
  answer = () => clock.advance(WEBHOOK_TIMEOUT_MS);
  expect(await messenger.send(event, recipient, never)).toEqual({
    status: null,
    error: 'no answer within 15 s',
    latencyMs: WEBHOOK_TIMEOUT_MS,
  });
});

it('leaves no timer behind, and takes what was answered', async () => {
  answer = (response) => {
    clock.advance(7);
    response.writeHead(204).end();
  };
  expect(await messenger.send(event, recipient, never)).toEqual({ status: 204, error: null, latencyMs: 7 });
  expect(clock.pendingTimers).toBe(0);
});

it('says when it cannot be decrypted, and sends nothing', async () => {
  answer = () => {
    throw new Error('called');
  };
  const ciphertext = new SecretBox({ encryptionKey: Buffer.alloc(32, 2) }).seal('{}').ciphertext;
  expect(await messenger.send(event, { ...recipient, ciphertext }, never)).toMatchObject({
    status: null,
    error: 'its URL and secret cannot be decrypted',
  });
});

it('tells of what another version has written in as many words as there are', async () => {
  let text = '';
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => response.writeHead(200).end());
  });
  const unknown = { id: 'x', type: 'moon.rising', body: { ...body, type: 'moon.rising' } };
  await messenger.send(unknown, { ...recipient, format: 'slack' }, never);
  expect(JSON.parse(text)).toEqual({ text: 'moon.rising at 2026-11-27T09:30:00.000Z' });
});
