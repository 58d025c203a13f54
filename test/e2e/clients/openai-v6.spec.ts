import { APIError, OpenAI, toFile } from 'openai';
import { describeOpenAiSdk } from './openai-sdk.suite.js';

describeOpenAiSdk({
  major: 6,
  OpenAI,
  toFile,
  keepsKeyOrder: true,
  streamsUploads: true,
  requestIdOf: (error) => error instanceof APIError && error.requestID,
});
