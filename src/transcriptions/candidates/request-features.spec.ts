import { requestFields } from '../../domain/capabilities.js';
import { featuresOf, requestLike } from './request-features.js';

const shape = { task: 'transcribe', responseFormat: 'verbose_json', stream: false } as const;

describe('featuresOf', () => {
  it.each<[readonly string[]]>([
    [[]],
    ...requestFields.map((field): [readonly string[]] => [[field]]),
    [['word_timestamps']],
    [['url']],
    [['option:diarize']],
    [[...requestFields, 'word_timestamps', 'url', 'option:a', 'option:b']],
  ])('tells of a request that is like %j the same', (features) => {
    expect(featuresOf(requestLike({ ...shape, features }))).toEqual(features);
  });

  it('notes names only, in an order of its own, and not without end', () => {
    const names = Array.from(
      { length: 100 },
      (_, index) => `option-${String(99 - index).padStart(3, '0')}${'x'.repeat(100)}`,
    );
    const request = {
      ...requestLike({ ...shape, features: [] }),
      providerOptions: new Map(names.map((it) => [it, ['secret']])),
    };
    const features = featuresOf(request);
    expect(features).toHaveLength(20);
    expect(features[0]).toBe(`option:option-000${'x'.repeat(54)}`);
    expect(features).toEqual(features.toSorted());
  });
});
