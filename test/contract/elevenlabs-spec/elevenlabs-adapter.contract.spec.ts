import { readFileSync } from 'node:fs';
import type { TranscriptionRequest } from '../../../src/domain/transcription.js';
import { ElevenLabsAdapter } from '../../../src/providers/elevenlabs/elevenlabs.adapter.js';
import { ProviderHttp } from '../../../src/providers/provider-http.js';
import { plainRequest } from '../../support/adapter-contract.js';
import {
  ELEVENLABS_KEY,
  elevenLabsAnswer,
  ElevenLabsSimulator,
  newerFields,
} from '../../support/elevenlabs-simulator.js';
import type { RecordedRequest } from '../../support/simulator-request.js';
import { loadSpec, specPath } from '../../support/specs.js';

const SPEC = 'elevenlabs-openapi-2025-08.json';
const spec = loadSpec(SPEC);
const FORM = 'Body_Speech_to_Text_v1_speech_to_text_post';

(spec ? describe : describe.skip)("the elevenlabs adapter and its simulator against ElevenLabs' specification", () => {
  const http = new ProviderHttp();
  const adapter = new ElevenLabsAdapter(http);
  let upstream: ElevenLabsSimulator;

  beforeAll(async () => {
    upstream = await ElevenLabsSimulator.start();
  });
  afterAll(async () => {
    await http.onModuleDestroy();
    await upstream.close();
  });

  function violations(schema: string, value: object): unknown[] {
    const validate = spec?.validator(schema);
    validate?.(value);
    return validate?.errors ?? [];
  }

  async function formOf(request: Partial<TranscriptionRequest>): Promise<Record<string, unknown>> {
    await adapter.transcribe({
      request: plainRequest(request),
      upstreamModel: 'scribe_v2',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: ELEVENLABS_KEY,
      settings: { enable_logging: false },
      signal: new AbortController().signal,
    });
    return toJson(upstream.lastRequest);
  }

  it.each<[string, Partial<TranscriptionRequest>]>([
    ['the least', {}],
    ['plain fields', { language: 'de', temperature: 0.2 }],
    ['speakers', { responseFormat: 'diarized_json' }],
    [
      'options',
      {
        providerOptions: new Map([
          ['diarize', ['true']],
          ['diarization_threshold', ['0.3']],
          ['seed', ['12345']],
          ['tag_audio_events', ['true']],
        ]),
      },
    ],
    ['channels', { providerOptions: new Map([['use_multi_channel', ['true']]]) }],
    ['an address and key terms', { url: 'https://example.com/a.mp3', keywords: ['Auricle'] }],
  ])('sends %s as specified', async (_what, request) => {
    expect(violations(FORM, await formOf(request))).toEqual([]);
  });

  it('would notice a form that is not', () => {
    expect(violations(FORM, { model_id: 'scribe_v1', diarize: 'perhaps' })).not.toEqual([]);
    expect(violations(FORM, { num_speakers: 2 })).not.toEqual([]);
  });

  it('sends no field that is neither specified nor known to be newer', () => {
    const document: { components: { schemas: Record<string, { properties: object }> } } = JSON.parse(
      readFileSync(specPath(SPEC), 'utf8'),
    );
    const specified = Object.keys(document.components.schemas[FORM]?.properties ?? {});
    const { options } = adapter.capabilities('scribe_v3');
    const sent = ['model_id', 'file', 'language_code', 'temperature', 'source_url', ...options];
    expect(sent.filter((it) => !specified.includes(it)).toSorted()).toEqual(newerFields.toSorted());
  });

  it.each([
    ['SpeechToTextChunkResponseModel', {}],
    ['SpeechToTextChunkResponseModel', { diarize: 'true', tag_audio_events: 'true', entity_detection: 'all' }],
    ['MultichannelSpeechToTextResponseModel', { use_multi_channel: 'true' }],
  ])('is answered with a %s to %j', (schema, fields) => {
    const given = new Map<string, string>(Object.entries(fields));
    expect(
      violations(
        schema,
        elevenLabsAnswer((name) => given.get(name)),
      ),
    ).toEqual([]);
  });
});

/** The fields with the JSON types that their texts stand for. */
function toJson(request: RecordedRequest): Record<string, unknown> {
  return Object.fromEntries(
    request.parts.map(({ name, value = 'file' }) => [
      name,
      /^(?:true|false|-?[\d.]+)$/.test(value) ? JSON.parse(value) : value,
    ]),
  );
}
