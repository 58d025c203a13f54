import type { TranscriptionRequest } from '../../../src/domain/transcription.js';
import { encodeTranscript } from '../../../src/providers/assemblyai/assemblyai-request.js';
import { assemblyAiModels } from '../../../src/providers/assemblyai/assemblyai.models.js';
import { plainRequest } from '../../support/adapter-contract.js';
import { completedJob, deletedJob, failedJob, unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { loadSpec } from '../../support/specs.js';

const spec = loadSpec('assemblyai-openapi.yml');

(spec ? describe : describe.skip)("assemblyai against AssemblyAI's specification", () => {
  function violations(schema: string, value: unknown): unknown {
    if (!spec) throw new Error('no specification');
    const validate = spec.validator(schema);
    validate(value);
    return validate.errors ?? [];
  }

  /** As it goes over the wire, without the address: no body at all fits the closed `allOf` of `TranscriptParams`. */
  function job(model: string, request: Partial<TranscriptionRequest>): object {
    const body = encodeTranscript(plainRequest(request), model, UPLOAD_URL);
    const { audio_url: audioUrl, ...rest } = JSON.parse(JSON.stringify(body));
    expect(audioUrl).toBe(UPLOAD_URL);
    return rest;
  }

  it.each(Object.keys(assemblyAiModels))('submits a plain job for %s', (model) => {
    expect(violations('TranscriptOptionalParams', job(model, {}))).toEqual([]);
  });

  it.each<[string, Partial<TranscriptionRequest>]>([
    ['speakers', { responseFormat: 'diarized_json' }],
    ['a language', { language: 'en-GB' }],
    ['languages', { languages: ['en', 'de'] }],
    ['everything else', { prompt: 'A call.', temperature: 0.5, keywords: ['Auricle'] }],
    [
      'every option',
      {
        providerOptions: new Map([
          ['speaker_labels', ['true']],
          ['speakers_expected', ['2']],
          ['punctuate', ['true']],
          ['format_text', ['false']],
          ['disfluencies', ['true']],
          ['filter_profanity', ['true']],
          ['remove_audio_tags', ['all']],
          ['redact_pii', ['true']],
          ['redact_pii_policies', ['person_name', 'phone_number']],
          ['redact_pii_sub', ['entity_name']],
          ['audio_start_from', ['0']],
          ['audio_end_at', ['5000']],
          ['speech_threshold', ['0.5']],
          ['language_confidence_threshold', ['0.5']],
        ]),
      },
    ],
  ])('submits a job with %s', (_what, request) => {
    expect(violations('TranscriptOptionalParams', job('universal-3-5-pro', request))).toEqual([]);
  });

  it('offers no option that the specification does not have', () => {
    const { options } = assemblyAiModels.best ?? {};
    if (!Array.isArray(options)) throw new Error('no options');
    // The official client has it, the specification not yet.
    const specified = options.filter((name) => name !== 'domain');
    const asked = Object.fromEntries([...specified, 'colour'].map((name) => [name, null]));
    expect(violations('TranscriptOptionalParams', { speech_models: [], ...asked })).toContainEqual(
      expect.objectContaining({ params: { additionalProperty: 'colour' } }),
    );
    delete asked.colour;
    expect(violations('TranscriptOptionalParams', { speech_models: [], ...asked })).not.toContainEqual(
      expect.objectContaining({ keyword: 'additionalProperties' }),
    );
  });

  it.each<[string, string, object]>([
    ['an upload', 'UploadedFile', { upload_url: UPLOAD_URL }],
    ['a queued job', 'Transcript', unfinishedJob('queued', {})],
    ['a job at work', 'Transcript', unfinishedJob('processing', {})],
    ['a transcript', 'Transcript', completedJob({})],
    ['a transcript with speakers', 'Transcript', completedJob({ speaker_labels: true })],
    ['a failed job', 'Transcript', failedJob('Transcoding failed.')],
    ['a deleted job', 'Transcript', deletedJob()],
    ['an error', 'Error', { error: 'Not found' }],
  ])('is simulated with %s as specified', (_what, schema, value) => {
    expect(violations(schema, value)).toEqual([]);
  });

  it('would notice a job or an answer that is not', () => {
    expect(
      violations('TranscriptOptionalParams', { speech_models: ['universal-2'], speaker_labels: 'yes' }),
    ).not.toEqual([]);
    expect(violations('TranscriptOptionalParams', { speaker_labels: true })).not.toEqual([]);
    expect(violations('Transcript', { ...completedJob({}), words: [{ text: 'The' }] })).not.toEqual([]);
  });
});
