import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { SentOptions } from '../../domain/surcharge.js';
import type { ReportedResult } from '../../domain/transcription.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import { isErrorBody, parseJson } from '../answer-body.js';
import type { CallToEncode, ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp } from '../provider-http.js';
import { audioBody, jsonBody } from '../request-body.js';
import { tellAnswer } from './deepgram-answer.js';
import { errorFromResponse } from './deepgram-errors.js';
import { encodeQuery } from './deepgram-query.js';
import { authorizationOf } from './deepgram-authorization.js';
import { deepgramSpeech } from './deepgram-speech.js';
import { deepgramCapabilities, deepgramModels } from './deepgram.models.js';
import { rootOf } from '../api-base.js';
import { deepgramPrices } from './deepgram.prices.js';
import { deepgramAnswerSchema } from './deepgram.schema.js';
import type { Speaking } from '../speaking.js';
import { voicesSetting } from '../voices.setting.js';

/** What the operator decides for a deployment. */
export const deepgramSettingsSchema = z.strictObject({
  /**
   * Keeps the audio out of Deepgram's Model Improvement Program, in which it would be retained and trained on. Opting out
   * may cost a discount: https://dpgr.am/deepgram-mip
   */
  mip_opt_out: z.boolean().default(true),
  voices: voicesSetting,
});
type DeepgramSettings = z.infer<typeof deepgramSettingsSchema>;

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
  readonly apiBaseForm = { endpoints: /\/(?:listen|speak)$/i };
  readonly environment = environment;
  readonly prefixes = [{ name: 'deepgram' }];
  readonly prices = deepgramPrices;
  readonly zeroRetention: ZeroRetentionFacts<DeepgramSettings> = {
    audio_transcription: {
      kind: 'on_request',
      settings: { mip_opt_out: true },
      source: 'developers.deepgram.com/trust-security/your-data',
    },
    audio_speech: {
      kind: 'on_request',
      settings: { mip_opt_out: true },
      source: 'developers.deepgram.com/trust-security/your-data',
    },
  };
  readonly knownModels = deepgramModels;
  // Aura speaks; everything else listens, a model that was trained for a customer too.
  readonly isSpeechModel = (upstreamModel: string): boolean => !/^aura-/i.test(upstreamModel);

  readonly speech: Speaking<DeepgramSettings>;

  constructor(private readonly http: ProviderHttp) {
    this.speech = deepgramSpeech(http, this.defaultApiBase);
  }

  capabilities(upstreamModel: string): Capabilities {
    return deepgramCapabilities(upstreamModel);
  }

  sentOptions({ request, upstreamModel, settings }: CallToEncode<DeepgramSettings>): SentOptions {
    const query = encodeQuery(request, upstreamModel, settings);
    return new Map([...query.keys()].map((name) => [name, query.getAll(name)]));
  }

  async transcribe(call: ProviderCall<DeepgramSettings>): Promise<ReportedResult> {
    const { request, apiKey, apiBase = this.defaultApiBase } = call;
    const query = encodeQuery(request, call.upstreamModel, call.settings);
    const response = await this.http.request({
      // A plus sign stands for a space only in forms.
      // Deepgram's own clients leave the version out.
      url: `${rootOf(apiBase, '/v1')}/v1/listen?${query.toString().replaceAll('+', '%20')}`,
      headers: { accept: 'application/json', ...(apiKey && { authorization: authorizationOf(apiKey) }) },
      body: request.url === undefined ? audioBody(request.audio) : jsonBody({ url: request.url }),
      signal: call.signal,
    });
    if (response.status < 200 || response.status > 299) throw errorFromResponse(response, request, apiKey);
    const json = parseJson(response.body);
    const answer = deepgramAnswerSchema.safeParse(json).data;
    const result = answer && tellAnswer(answer, { query, logprobs: request.include.includes('logprobs') });
    const requestId = response.headers['dg-request-id'];
    if (result) return { ...result, upstreamRequestId: result.upstreamRequestId ?? requestId };
    if (isErrorBody(json)) throw errorFromResponse(response, request, apiKey);
    const { duration: seconds, request_id: upstreamRequestId = requestId } = answer?.metadata ?? {};
    throw new ProviderError('bad_response', `Deepgram answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId,
      bill: seconds === undefined ? undefined : { usage: { type: 'duration', seconds } },
    });
  }
}

/** Registered in `provider-list.ts`. */
export const deepgram: ProviderFactory<DeepgramSettings> = (http) => new DeepgramAdapter(http);
