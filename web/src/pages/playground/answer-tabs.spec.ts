import { contentOf, endingOf, tabOf, wishFor } from './answer-tabs';
import type { TranscribingModel } from './column-wish';
import { heardInJson } from './heard';

const model: TranscribingModel = {
  id: 'whisper',
  object: 'model',
  created: 0,
  owned_by: 'openai',
  shutdown_date: null,
  transcription: {
    tasks: ['transcribe'],
    response_formats: ['json', 'srt', 'verbose_json'],
    timestamp_granularities: ['word'],
  },
};

it('an answer is in the tab of its format; events are JSON', () => {
  expect(tabOf({ format: 'verbose_json', isStream: false })).toBe('json');
  expect(tabOf({ format: 'srt', isStream: false })).toBe('srt');
  expect(tabOf({ format: 'text', isStream: true })).toBe('json');
  expect(endingOf('json', { isStream: true })).toBe('events.txt');
});

it('asks again for the same in another format, if the model gives it', () => {
  const wish = { model: 'whisper', response_format: 'json', stream: 'true', language: 'en' };
  expect(wishFor('srt', wish, model)).toEqual({ model: 'whisper', response_format: 'srt', language: 'en' });
  expect(wishFor('json', wish, model)).toMatchObject({ response_format: 'verbose_json', language: 'en' });
  expect(wishFor('vtt', wish, model)).toBeUndefined();
});

it('the text of JSON is its words, with speakers where there are several', () => {
  const segments = [
    { start: 0, end: 1, text: ' Hi there.', speaker: 'A' },
    { start: 1, end: 2, text: '我们去。', speaker: 'B' },
  ];
  const answer = { body: '{}', format: 'diarized_json', heard: heardInJson({ segments }) } as const;
  expect(contentOf('text', answer)).toBe('A: Hi there.\nB: 我们去。');
  expect(contentOf('json', answer)).toBe('{}');
});
