import { renderDiarizedJson } from './diarized-json.format.js';
import { renderJson } from './json.format.js';
import { renderVerboseJson } from './verbose-json.format.js';

const request = { task: 'transcribe', include: [], granularities: [] } as const;
const words = [{ word: 'Hi', startSeconds: 0, endSeconds: 1, speaker: 'A' }];

describe('what a provider found besides the transcript', () => {
  it.each([
    ['json', renderJson],
    ['verbose_json', renderVerboseJson],
    ['diarized_json', renderDiarizedJson],
  ] as const)('is told in %s, and only when there is something', (_, render) => {
    const result = { text: 'Hi', words, durationSeconds: 1 };
    const told = JSON.parse(render({ ...result, providerData: { topics: ['greeting'] } }, request));
    expect(told.provider_data).toEqual({ topics: ['greeting'] });
    expect(JSON.parse(render(result, request))).not.toHaveProperty('provider_data');
  });
});
