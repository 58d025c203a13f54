import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../support/gateway.js';

// CI provides a browser; elsewhere the suite is skipped where there is none.
const describeWithBrowser = chromiumPath || process.env['CI'] ? describe : describe.skip;

/** A page, and the client of OpenAI as it is published, which needs no bundler. */
async function servePage(url: string, response: ServerResponse): Promise<void> {
  const file = /^\/openai\/([\w./-]+\.mjs)$/.exec(url)?.[1];
  if (file === undefined) {
    response.setHeader('content-type', 'text/html').end('<title>page</title>');
    return;
  }
  response.setHeader('content-type', 'text/javascript').end(await readFile(join('node_modules/openai', file)));
}

/** What the server of a page does with its key. */
async function makeClientToken({ url, createKey }: TestGateway, body: object): Promise<string> {
  const { key } = await createKey();
  const answer: unknown = await fetch(`${url}/v1/client_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  }).then((it) => it.json());
  return z.object({ token: z.string() }).parse(answer).token;
}

describeWithBrowser('a page of another origin, in Chromium', () => {
  let browser: Browser;
  let pages: Server;
  let origin: string;
  let gateway: TestGateway | undefined;

  beforeAll(async () => {
    browser = await launchChromium();
    pages = createServer((request, response) => void servePage(request.url ?? '', response));
    pages.listen(0, '127.0.0.1');
    await once(pages, 'listening');
    const address = pages.address();
    origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterEach(async () => gateway?.close());
  afterAll(async () => {
    await browser.close();
    pages.close();
  });

  /** What a page gets that calls the gateway; an answer that the browser keeps from it is its error's name. */
  async function callFromPage(environment: Record<string, string>, path: string, method = 'POST'): Promise<unknown> {
    gateway = await startTestGateway(environment);
    const page = await browser.newPage();
    await page.goto(origin);
    const audio = (await readFile('assets/speech.wav')).toString('base64');
    return await page.evaluate(
      async ([url, key, verb, base64]) => {
        const form = new FormData();
        form.append('model', 'sandbox');
        form.append('file', new File([Uint8Array.from(atob(base64), (it) => it.charCodeAt(0))], 'speech.wav'));
        try {
          const answer = await fetch(url, {
            method: verb,
            headers: { authorization: `Bearer ${key}`, 'x-stainless-lang': 'js' },
            ...(verb === 'POST' && { body: form }),
          });
          return {
            status: answer.status,
            provider: answer.headers.get('x-auricle-provider'),
            hasId: answer.headers.has('x-request-id'),
          };
        } catch (error) {
          return error instanceof Error ? error.name : String(error);
        }
      },
      [gateway.url + path, MASTER_KEY, method, audio] as const,
    );
  }

  it('transcribes, and reads the headers', async () => {
    expect(await callFromPage({}, '/v1/audio/transcriptions')).toEqual({
      status: 200,
      provider: 'sandbox',
      hasId: true,
    });
  });

  it('does so where its origin is named, and not where another is or none', async () => {
    expect(await callFromPage({ CORS_ORIGINS: `https://a.example, ${origin}` }, '/audio/transcriptions')).toMatchObject(
      {
        status: 200,
      },
    );
    for (const origins of ['https://a.example', 'none']) {
      await gateway?.close();
      expect(await callFromPage({ CORS_ORIGINS: origins }, '/v1/audio/transcriptions')).toBe('TypeError');
    }
  });

  it('transcribes with the client of OpenAI and a client token, whole and by events', async () => {
    gateway = await startTestGateway({});
    const token = await makeClientToken(gateway, {
      // The recording of 4.8 seconds twice.
      max_audio_seconds: 10,
    });
    const page = await browser.newPage();
    await page.goto(origin);
    const audio = (await readFile('assets/speech.wav')).toString('base64');
    const got = await page.evaluate(
      async ([client, baseURL, apiKey, base64]) => {
        const { OpenAI, toFile }: typeof import('openai') = await import(client);
        const openai = new OpenAI({ baseURL, apiKey, dangerouslyAllowBrowser: true, maxRetries: 0 });
        const file = await toFile(
          Uint8Array.from(atob(base64), (it) => it.charCodeAt(0)),
          'speech.wav',
        );
        const { text } = await openai.audio.transcriptions.create({ model: 'sandbox', file });
        const events: string[] = [];
        for await (const { type } of await openai.audio.transcriptions.create({
          model: 'sandbox',
          file,
          stream: true,
        })) {
          events.push(type);
        }
        const models = (await openai.models.list()).data.length;
        const refusalOf = (model: string) =>
          openai.audio.transcriptions
            .create({ model, file })
            .catch((error: unknown) => (error instanceof OpenAI.APIError ? [error.code, error.requestID] : error));
        return {
          text,
          last: events.at(-1),
          models,
          refusals: [await refusalOf('no-such'), await refusalOf('sandbox')],
        };
      },
      [`${origin}/openai/index.mjs`, `${gateway.url}/v1`, token, audio] as const,
    );
    expect(got).toEqual({
      text: expect.stringContaining('Auricle sandbox'),
      last: 'transcript.text.done',
      models: expect.any(Number),
      refusals: [
        ['model_not_found', expect.stringMatching(/^[0-9a-f-]{36}$/)],
        ['insufficient_quota', expect.stringMatching(/^[0-9a-f-]{36}$/)],
      ],
    });
  });

  it('never reads the admin API, and makes no tokens', async () => {
    expect(await callFromPage({}, '/admin/v1/keys', 'GET')).toBe('TypeError');
    for (const path of ['/v1/client_tokens', '/v1/configs']) {
      await gateway?.close();
      expect([path, await callFromPage({}, path)]).toEqual([path, 'TypeError']);
    }
  });
});

it('an origin with a path stops the start, as what it is', async () => {
  await expect(startTestGateway({ CORS_ORIGINS: 'https://app.example.com/page' })).rejects.toThrow('without a path');
});
