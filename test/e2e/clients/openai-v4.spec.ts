import { APIError, OpenAI, toFile } from 'openai-v4';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { describeOpenAiSdk } from './openai-sdk.suite.js';

describeOpenAiSdk({
  major: 4,
  // The suite is typed by v6. What v4's types do not know, its code sends all the same.
  OpenAI: OpenAI as unknown as OpenAiSdk['OpenAI'],
  toFile: toFile as unknown as OpenAiSdk['toFile'],
  keepsKeyOrder: false,
  streamsUploads: false,
  requestIdOf: (error) => error instanceof APIError && error.request_id,
});
