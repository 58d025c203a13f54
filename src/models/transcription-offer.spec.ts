import type { Capabilities } from '../domain/capabilities.js';
import { offerOf } from './transcription-offer.js';

const plain: Capabilities = {
  tasks: ['transcribe'],
  formats: ['json'],
  granularities: [],
  streaming: false,
  diarization: false,
  fields: [],
  options: [],
};

it('is nothing of a model that takes no recordings', () => {
  expect(offerOf([], true)).toBeNull();
});

it('holds what the gateway makes, and not what it would refuse', () => {
  expect(offerOf([plain], false)).toEqual({
    tasks: ['transcribe'],
    response_formats: ['json', 'text'],
    timestamp_granularities: [],
  });
});

it('adds up deployments, and counts the translation model', () => {
  const rich: Capabilities = { ...plain, formats: ['verbose_json'], granularities: ['word', 'segment'] };
  expect(offerOf([plain, rich], true)).toEqual({
    tasks: ['transcribe', 'translate'],
    response_formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
    timestamp_granularities: ['word', 'segment'],
  });
  expect(offerOf([{ ...rich, diarization: true }], false)?.response_formats).toContain('diarized_json');
});
