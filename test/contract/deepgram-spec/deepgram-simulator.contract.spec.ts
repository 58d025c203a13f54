import { deepgramAnswer } from '../../support/deepgram-simulator.js';
import { loadSpec } from '../../support/specs.js';

const spec = loadSpec('deepgram.yml');

(spec ? describe : describe.skip)("the Deepgram simulator against Deepgram's specification", () => {
  function violations(schema: string, value: unknown): unknown[] {
    const validate = spec?.validator(schema);
    validate?.(value);
    return validate?.errors ?? [];
  }

  it.each([
    '',
    'smart_format=true&utterances=true&detect_language=true',
    'utterances=true&diarize=true',
    'multichannel=true&utterances=true&diarize=true&detect_language=en',
    'language=multi&search=beach&summarize=v2&detect_entities=true&sentiment=true',
  ])('answers ?%s as specified', (query) => {
    expect(violations('ListenV1Response', deepgramAnswer(new URLSearchParams(query)))).toEqual([]);
  });

  it('would notice an answer that is not', () => {
    expect(violations('ListenV1Response', { results: { channels: [{ alternatives: 'none' }] } })).not.toEqual([]);
  });
});
