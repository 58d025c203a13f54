import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import { whisperCode } from '../../domain/language.js';
import type { ReportedResult } from '../../domain/transcription.js';
import { base64JsonBody } from '../base64-json-body.js';
import { readJsonOptions } from '../json-options.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp } from '../provider-http.js';
import { audioBody, type RequestBody } from '../request-body.js';
import { decodeAnswer } from './cloudflare-answer.js';
import { errorFromResponse } from './cloudflare-errors.js';
import { decodeNovaAnswer, encodeNovaQuery } from './cloudflare-nova.js';
import { cloudflareOptions } from './cloudflare-options.js';
import { cloudflareModel, cloudflareModels } from './cloudflare.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { cloudflarePrices } from './cloudflare.prices.js';

/** Whose Workers AI it is. */
export const cloudflareSettingsSchema = z.strictObject({
  account_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/i, 'must be the 32 hexadecimal digits of a Cloudflare account')
    .optional()
    .meta({ description: 'Account; not needed when the base URL ends in /accounts/<id>' }),
});
export type CloudflareSettings = z.infer<typeof cloudflareSettingsSchema>;

/**
 * cloudflare 7.3, then LiteLLM; Wrangler and LiteLLM name the account so. A token is not known to be meant for this: many
 * environments have one that deploys something.
 */
const environment: ProviderEnvironment<CloudflareSettings> = {
  api_key: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_KEY'],
  api_base: ['CLOUDFLARE_BASE_URL', 'CLOUDFLARE_API_BASE'],
  // Also for another key: no call can be made without one, and LiteLLM does so.
  settings: { account_id: ['CLOUDFLARE_ACCOUNT_ID'] },
  offers_models: false,
};

/**
 * Cloudflare Workers AI. The key is an API token with the permission "Workers AI: Read".
 * Source: https://developers.cloudflare.com/workers-ai/models/whisper-large-v3-turbo/; not verified against the live
 * service
 */
export class CloudflareAdapter implements ProviderAdapter<CloudflareSettings> {
  readonly provider = 'cloudflare';
  readonly title = 'Cloudflare Workers AI';
  readonly settings = cloudflareSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = 'https://api.cloudflare.com/client/v4';
  readonly apiBaseForm = { endpoints: /\/ai\/run\/./i };
  readonly environment = environment;
  readonly prefixes = [{ name: 'cloudflare' }];
  readonly prices = cloudflarePrices;
  readonly knownModels = Object.keys(cloudflareModels);
  readonly isSpeechModel = isNamedForSpeech;

  constructor(private readonly http: ProviderHttp) {}

  capabilities(upstreamModel: string): Capabilities {
    return cloudflareModel(upstreamModel).capabilities;
  }

  async transcribe(call: ProviderCall<CloudflareSettings>): Promise<ReportedResult> {
    const { request, apiKey, signal } = call;
    const query = cloudflareModel(call.upstreamModel).input === 'deepgram' ? encodeNovaQuery(request) : undefined;
    const response = await this.http.request({
      // A plus sign stands for a space only in forms.
      url: this.urlFor(call) + (query ? `?${query.toString().replaceAll('+', '%20')}` : ''),
      headers: { accept: 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
      body: bodyFor(call),
      signal,
    });
    if (response.status < 200 || response.status > 299) throw errorFromResponse(response, apiKey);
    if (!query) return decodeAnswer(response, apiKey);
    return decodeNovaAnswer(response, { query, logprobs: request.include.includes('logprobs') }, apiKey);
  }

  private urlFor({ apiBase = this.defaultApiBase, settings, upstreamModel }: ProviderCall<CloudflareSettings>): string {
    const base = apiBase.replace(/(?<!\/)\/+$/, '').replace(/\/ai(?:\/run)?$/, '');
    if (/\/accounts\/[^/]+$/.test(base)) return `${base}/ai/run/${upstreamModel}`;
    if (settings.account_id) return `${base}/accounts/${settings.account_id}/ai/run/${upstreamModel}`;
    throw new ProviderError('unknown', 'the cloudflare deployment names no account: set account_id in its settings');
  }
}

/** Registered in `provider-list.ts`. */
export const cloudflare: ProviderFactory<CloudflareSettings> = (http) => new CloudflareAdapter(http);

/** @throws ProviderError `request_rejected` for an option with a value that the model does not take */
function bodyFor({ request, upstreamModel }: ProviderCall<CloudflareSettings>): RequestBody {
  if (cloudflareModel(upstreamModel).input !== 'json') return audioBody(request.audio);
  const options = readJsonOptions(cloudflareOptions, request.providerOptions);
  return base64JsonBody(request.audio, (audio) => ({
    task: request.task,
    language: request.language === undefined ? undefined : whisperCode(request.language),
    initial_prompt: request.prompt,
    ...options,
    audio,
  }));
}
