import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import type { TranscriptionResult } from '../../domain/transcription.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp } from '../provider-http.js';
import { audioBody, jsonBody } from '../request-body.js';
import { decodeAnswer } from './deepgram-answer.js';
import { errorFromResponse } from './deepgram-errors.js';
import { encodeQuery } from './deepgram-query.js';
import { deepgramCapabilities, deepgramModels } from './deepgram.models.js';
import { deepgramPrices } from './deepgram.prices.js';

/** What the operator decides for a deployment. */
export const deepgramSettingsSchema = z.strictObject({
  /**
   * Keeps the audio out of Deepgram's Model Improvement Program, in which it would be retained and trained on. Opting out
   * may cost a discount: https://dpgr.am/deepgram-mip
   */
  mip_opt_out: z.boolean().default(true),
});
type DeepgramSettings = z.infer<typeof deepgramSettingsSchema>;

/** A temporary token from `/v1/auth/grant`, as opposed to a key: three parts in base64url, the first of them JSON. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** The key as in deepgram-sdk 7.17 for Python and LiteLLM; the base URL as in LiteLLM only, then by the usual name. */
const environment: ProviderEnvironment = {
  api_key: ['DEEPGRAM_API_KEY'],
  api_base: ['DEEPGRAM_API_BASE', 'DEEPGRAM_BASE_URL'],
};

/**
 * Deepgram, pre-recorded audio. For its regions the base URL is `https://api.eu.deepgram.com/v1` and the like.
 * Source: https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded; not verified against the live
 * service.
 */
export class DeepgramAdapter implements ProviderAdapter<DeepgramSettings> {
  readonly provider = 'deepgram';
  readonly title = 'Deepgram';
  readonly settings = deepgramSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = 'https://api.deepgram.com/v1';
  readonly environment = environment;
  readonly prefixes = [{ name: 'deepgram' }];
  readonly prices = deepgramPrices;
  readonly knownModels = deepgramModels;

  constructor(private readonly http: ProviderHttp) {}

  capabilities(upstreamModel: string): Capabilities {
    return deepgramCapabilities(upstreamModel);
  }

  async transcribe(call: ProviderCall<DeepgramSettings>): Promise<TranscriptionResult> {
    const { request, apiKey, apiBase = this.defaultApiBase } = call;
    const query = encodeQuery(request, call.upstreamModel, call.settings);
    const response = await this.http.request({
      // A plus sign stands for a space only in forms.
      url: `${apiBase.replace(/\/+$/, '')}/listen?${query.toString().replaceAll('+', '%20')}`,
      headers: { accept: 'application/json', ...(apiKey && { authorization: authorizationOf(apiKey) }) },
      body: request.url === undefined ? audioBody(request.audio) : jsonBody({ url: request.url }),
      signal: call.signal,
    });
    if (response.status < 200 || response.status > 299) throw errorFromResponse(response, request, apiKey);
    return decodeAnswer(response, query, { logprobs: request.include.includes('logprobs') });
  }
}

/** Registered in `provider-list.ts`. */
export const deepgram: ProviderFactory<DeepgramSettings> = (http) => new DeepgramAdapter(http);

function authorizationOf(apiKey: string): string {
  return `${JWT.test(apiKey) ? 'Bearer' : 'Token'} ${apiKey}`;
}
