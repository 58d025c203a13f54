import type { ValidateFunction } from 'ajv/dist/2020.js';
import { errorFromResponse } from '../../../src/providers/openai-compatible/openai-errors.js';
import { diarizedAnswer, jsonAnswers, streamEvents, verboseAnswer } from '../../support/simulator-fixtures.js';
import { MultipartBody } from '../../../src/providers/multipart-body.js';
import { ProviderHttp } from '../../../src/providers/provider-http.js';
import { OpenAiSimulator } from '../../support/openai-simulator.js';
import { openAiProfile } from '../../support/simulator-profiles.js';
import { loadSpec } from '../../support/specs.js';

const spec = loadSpec('openai-audio.yml');

(spec ? describe : describe.skip)("the OpenAI simulator against OpenAI's specification", () => {
  function schema(name: string): ValidateFunction {
    if (!spec) throw new Error('no specification');
    return spec.validator(name);
  }

  it.each<[string, string, object]>([
    ['json of whisper', 'CreateTranscriptionResponseJson', jsonAnswers.whisper],
    ['json of gpt-4o', 'CreateTranscriptionResponseJson', jsonAnswers.gpt4o],
    ['json with logprobs', 'CreateTranscriptionResponseJson', jsonAnswers.gpt4oWithLogprobs],
    ['json of gpt-transcribe', 'CreateTranscriptionResponseJson', jsonAnswers.gptTranscribe],
    ['json of a translation', 'CreateTranslationResponseJson', jsonAnswers.translation],
    ['verbose_json', 'CreateTranscriptionResponseVerboseJson', verboseAnswer('transcribe', [])],
    ['verbose_json with words', 'CreateTranscriptionResponseVerboseJson', verboseAnswer('transcribe', ['word'])],
    ['verbose_json of a translation', 'CreateTranslationResponseVerboseJson', verboseAnswer('translate', [])],
    ['diarized_json', 'CreateTranscriptionResponseDiarizedJson', diarizedAnswer],
    ...[...streamEvents(true), ...streamEvents(false, true)].map((event): [string, string, object] => [
      `the event ${JSON.stringify(event).slice(0, 60)}`,
      eventSchema(event),
      event,
    ]),
  ])('answers %s as specified', (_what, name, value) => {
    const validate = schema(name);
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would notice an answer that is not', () => {
    expect(schema('CreateTranscriptionResponseDiarizedJson')({ ...diarizedAnswer, segments: [{}] })).toBe(false);
    expect(schema('CreateTranscriptionResponseJson')({ text: 'x', usage: { type: 'tokens' } })).toBe(false);
  });

  it('knows no request field that the specification does not have', () => {
    const unknownTo = (name: string, fields: readonly string[]): string[] =>
      fields.filter((field) => {
        const validate = schema(name);
        validate({ [field]: 'x' });
        return validate.errors?.some(({ keyword }) => keyword === 'additionalProperties');
      });
    const { transcriptions = [], translations = [] } = openAiProfile.fields ?? {};
    expect(transcriptions).toContain('language');
    expect(unknownTo('CreateTranscriptionRequest', [...transcriptions, 'colour'])).toEqual(['colour']);
    expect(unknownTo('CreateTranslationRequest', [...translations, 'language'])).toEqual(['language']);
  });

  it('refuses in the specified envelope', async () => {
    const upstream = await OpenAiSimulator.start();
    const http = new ProviderHttp();
    const response = await http.request({
      url: `${upstream.url}/audio/transcriptions`,
      body: new MultipartBody([]),
      signal: new AbortController().signal,
    });
    expect(schema('ErrorResponse')(JSON.parse(response.body.toString()))).toBe(true);
    expect(errorFromResponse(response).reason).toBe('credential_rejected');
    await http.onModuleDestroy();
    await upstream.close();
  });
});

function eventSchema(event: object): string {
  const [, kind = ''] = /"type":"transcript\.text\.(\w+)"/.exec(JSON.stringify(event)) ?? [];
  return `TranscriptText${kind.charAt(0).toUpperCase()}${kind.slice(1)}Event`;
}
