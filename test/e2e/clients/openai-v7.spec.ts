import { existsSync } from 'node:fs';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { describeOpenAiSdk } from './openai-sdk.suite.js';

// The gateway runs on Node 20, this client does not: it has a folder of its own, with its own lock file, so that
// `npm ci` of the gateway stays free of it. CI installs it for its leg on Node 24.
const nodeMajor = Number(process.versions.node.split('.')[0]);
const installed = existsSync(new URL('../../clients/openai-v7/node_modules/openai', import.meta.url));
const install = 'run `npm ci` in test/clients/openai-v7';

if (nodeMajor < 22) skipAll(`it needs Node 22, this is ${process.version}`);
else if (installed) await runAll();
else if (process.env.CI) throw new Error(`CI must test openai v7 on ${process.version}: ${install}`);
else skipAll(`it is not installed; ${install}`);

function skipAll(reason: string): void {
  // oxlint-disable-next-line jest/no-disabled-tests -- CI runs it on Node 24, and fails above where it cannot
  describe.skip(`an application with openai v7 (skipped: ${reason})`, () => {
    it('is like one with v6', () => expect(installed).toBe(true));
  });
}

async function runAll(): Promise<void> {
  const { APIError, OpenAI, toFile } = await import('../../clients/openai-v7/client.js');
  describeOpenAiSdk({
    major: 7,
    OpenAI: OpenAI as unknown as OpenAiSdk['OpenAI'],
    toFile,
    keepsKeyOrder: true,
    streamsUploads: true,
    requestIdOf: (error) => error instanceof APIError && error.requestID,
  });
}
