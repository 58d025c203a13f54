import { z } from 'zod';
import type { OpenAiDialect } from '../openai-compatible/openai-protocol.adapter.js';
import type { ProviderEnvironment } from '../provider-adapter.js';
import { openAiCapabilities, openAiModels } from './openai.models.js';

/** An identifier that can stand in a header. */
const identifier = z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** Whom OpenAI bills, where the key belongs to several organisations or projects. */
export const openAiSettingsSchema = z.strictObject({
  organization: identifier.optional(),
  project: identifier.optional(),
});
export type OpenAiSettings = z.infer<typeof openAiSettingsSchema>;

/** Named as OpenAI's own clients name them. */
export const openAiEnvironment: ProviderEnvironment = { apiKey: 'OPENAI_API_KEY', apiBase: 'OPENAI_BASE_URL' };

/** OpenAI itself: https://platform.openai.com/docs/api-reference/audio */
export const openAiDialect: OpenAiDialect<OpenAiSettings> = {
  provider: 'openai',
  settings: openAiSettingsSchema,
  needsApiKey: true,
  defaultApiBase: 'https://api.openai.com/v1',
  environment: openAiEnvironment,
  knownModels: Object.keys(openAiModels),
  streams: true,
  capabilities: openAiCapabilities,
  headers: ({ organization, project }) => ({
    ...(organization && { 'openai-organization': organization }),
    ...(project && { 'openai-project': project }),
  }),
};
