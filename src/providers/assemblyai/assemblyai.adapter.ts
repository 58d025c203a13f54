import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { type FailureReason, ProviderError } from '../../domain/errors.js';
import type { SentOptions } from '../../domain/surcharge.js';
import type { ReportedResult } from '../../domain/transcription.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import { isErrorBody, parseJson } from '../answer-body.js';
import type { CallToEncode, ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp, ProviderRequest } from '../provider-http.js';
import { audioBody, jsonBody } from '../request-body.js';
import { decodeTranscript } from './assemblyai-answer.js';
import { errorFromJob, errorFromResponse } from './assemblyai-errors.js';
import { pollDelays } from './assemblyai-polling.js';
import { encodeTranscript } from './assemblyai-request.js';
import { type Transcript, transcriptSchema, uploadSchema } from './assemblyai.schema.js';
import { assemblyAiCapabilities, assemblyAiModels } from './assemblyai.models.js';
import { rootOf } from '../api-base.js';
import { assemblyAiPrices } from './assemblyai.prices.js';

/** Where AssemblyAI processes and stores what it is sent. */
const REGIONS = { us: 'https://api.assemblyai.com', eu: 'https://api.eu.assemblyai.com' };

/** What the operator decides for a deployment. */
export const assemblyAiSettingsSchema = z.strictObject({
  /** Default `us`. A deployment's own base URL wins. */
  region: z.enum(['us', 'eu']).optional(),
  /** Delete transcript and upload at AssemblyAI as soon as the transcript was read. Default true. */
  delete_after: z.boolean().optional(),
});
export type AssemblyAiSettings = z.infer<typeof assemblyAiSettingsSchema>;

/** Time as the adapter knows it; the tests have their own. */
export interface AssemblyAiTiming {
  /** Waits; rejects as soon as the signal fires. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** How long one attempt to delete a transcript may take, and so hold back a finished answer. */
  readonly deleteTimeoutMs: number;
}

const realTime: AssemblyAiTiming = {
  // No reason to keep a process that is being stopped alive.
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }),
  deleteTimeoutMs: 3_000,
};

/** Failures of a single look at a job that say nothing about the job. */
const PASSING: ReadonlySet<FailureReason> = new Set(['rate_limited', 'unavailable']);
const MAX_FAILED_LOOKS = 3;

/** Most jobs end within the minute that these attempts take. */
const MAX_BACKGROUND_DELETIONS = 15;

type Call = ProviderCall<AssemblyAiSettings>;

/** assemblyai 1.8 for Python, then LiteLLM. */
const environment: ProviderEnvironment = {
  api_key: ['ASSEMBLYAI_API_KEY'],
  api_base: ['ASSEMBLYAI_BASE_URL', 'ASSEMBLYAI_API_BASE'],
};

/**
 * AssemblyAI: upload, submit, look until it is done, delete. A job that was submitted runs on and is billed whatever
 * becomes of the call; what can be done for a call that ends early is to delete its data.
 * Source: https://www.assemblyai.com/docs/api-reference and its OpenAPI document; not verified against the live service.
 */
export class AssemblyAiAdapter implements ProviderAdapter<AssemblyAiSettings> {
  readonly provider = 'assemblyai';
  readonly title = 'AssemblyAI';
  readonly settings = assemblyAiSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = REGIONS.us;
  readonly apiBaseForm = { endpoints: /\/(?:transcript|upload)$/i };
  readonly environment = environment;
  readonly prefixes = [{ name: 'assemblyai' }];
  readonly prices = assemblyAiPrices;
  readonly zeroRetention: ZeroRetentionFacts<AssemblyAiSettings> = {
    audio_transcription: {
      kind: 'on_request',
      settings: { delete_after: true },
      source: 'assemblyai.com/docs/faq/how-long-does-aai-retain-data',
    },
  };
  readonly knownModels = Object.keys(assemblyAiModels);

  constructor(
    private readonly http: ProviderHttp,
    private readonly timing: AssemblyAiTiming = realTime,
  ) {}

  capabilities(upstreamModel: string): Capabilities {
    return assemblyAiCapabilities(upstreamModel);
  }

  sentOptions({ request, upstreamModel }: CallToEncode<AssemblyAiSettings>): SentOptions {
    const sent = Object.entries(encodeTranscript(request, upstreamModel, ''));
    return new Map(
      sent.filter(([, value]) => value !== undefined).map(([name, value]) => [name, [value].flat().map(String)]),
    );
  }

  async transcribe(call: Call): Promise<ReportedResult> {
    const { request, upstreamModel } = call;
    // Before the upload: an impossible option must not cost one.
    const encode = (audioUrl: string) => encodeTranscript(request, upstreamModel, audioUrl);
    encode('');
    const audioUrl = request.url ?? (await this.upload(call));
    const { id } = await this.fetch(call, transcriptSchema, {
      path: '/v2/transcript',
      method: 'POST',
      body: jsonBody(encode(audioUrl)),
    });
    const transcript = await this.finished(call, id);
    if (transcript.status === 'error') throw errorFromJob(transcript, audioUrl, call.apiKey);
    return decodeTranscript(transcript, request);
  }

  private async upload(call: Call): Promise<string> {
    // The only type that it documents; it finds out for itself what the bytes are.
    const body = { ...audioBody(call.request.audio), contentType: 'application/octet-stream' };
    const { upload_url: url } = await this.fetch(call, uploadSchema, { path: '/v2/upload', method: 'POST', body });
    return url;
  }

  /** The job's last word, no longer stored by the provider if that can be helped. */
  private async finished(call: Call, id: string): Promise<Transcript> {
    let isDeleted = call.settings.delete_after === false;
    try {
      const transcript = await this.waitFor(call, id);
      isDeleted ||= await this.delete(call, id, call.signal);
      return transcript;
    } finally {
      if (!isDeleted) void this.deleteInBackground(call, id);
    }
  }

  private async waitFor(call: Call, id: string): Promise<Transcript> {
    let failedLooks = 0;
    let askedToWaitMs = 0;
    for (const delayMs of pollDelays()) {
      await this.sleep(Math.max(delayMs, askedToWaitMs), call.signal);
      try {
        const transcript = await this.fetch(call, transcriptSchema, { path: pathOf(id), method: 'GET', id });
        if (transcript.status === 'completed' || transcript.status === 'error') return transcript;
        failedLooks = 0;
        askedToWaitMs = 0;
      } catch (error) {
        failedLooks += 1;
        if (!(error instanceof ProviderError) || !PASSING.has(error.reason) || failedLooks > MAX_FAILED_LOOKS) {
          throw error;
        }
        askedToWaitMs = error.retryAfterMs ?? 0;
      }
    }
    throw new Error('pollDelays has no end');
  }

  /** Waits no longer than the signal allows; what is done next finds out that it has fired. */
  private async sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.timing.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private async delete(call: Call, id: string, ...signals: readonly AbortSignal[]): Promise<boolean> {
    const signal = AbortSignal.any([...signals, AbortSignal.timeout(this.timing.deleteTimeoutMs)]);
    try {
      await this.fetch({ ...call, signal }, z.unknown(), { path: pathOf(id), method: 'DELETE', id });
      return true;
    } catch {
      return false;
    }
  }

  /** Nobody waits for it. A job that is still running may have to end before it can be deleted, hence the attempts. */
  private async deleteInBackground(call: Call, id: string): Promise<void> {
    let attempts = 0;
    for (const delayMs of pollDelays()) {
      attempts += 1;
      if ((await this.delete(call, id)) || attempts === MAX_BACKGROUND_DELETIONS) return;
      await this.timing.sleep(delayMs);
    }
  }

  /**
   * One request to AssemblyAI and its answer.
   * @throws ProviderError also when the answer is not what the schema says
   */
  private async fetch<T>(call: Call, schema: z.ZodType<T>, ask: Ask): Promise<T> {
    const { apiBase = REGIONS[call.settings.region ?? 'us'], apiKey, signal } = call;
    const response = await this.http.request({
      // LiteLLM writes the version into the base URL.
      url: `${rootOf(apiBase, '/v2')}${ask.path}`,
      method: ask.method,
      // No scheme: the bare key is the header.
      headers: { accept: 'application/json', ...(apiKey && { authorization: apiKey }) },
      body: ask.body,
      signal,
    });
    const { status, body } = response;
    if (status < 200 || status >= 300) throw errorFromResponse(response, apiKey, ask.id);
    const json = parseJson(body);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    if (isErrorBody(json)) throw errorFromResponse(response, apiKey, ask.id);
    throw new ProviderError('bad_response', `the provider answered ${status} to ${ask.path} with something else`, {
      upstreamStatus: status,
      upstreamRequestId: ask.id,
    });
  }
}

/** Registered in `provider-list.ts`. */
export const assemblyAi: ProviderFactory<AssemblyAiSettings> = (http) => new AssemblyAiAdapter(http);

interface Ask extends Pick<ProviderRequest, 'method' | 'body'> {
  readonly path: string;
  /** The job that it is about. */
  readonly id?: string;
}

function pathOf(id: string): string {
  return `/v2/transcript/${encodeURIComponent(id)}`;
}
