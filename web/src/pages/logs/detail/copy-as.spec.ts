import type { Schemas } from '../../../api/client';
import { copyAs } from './copy-as';

const asked: Parameters<typeof copyAs>[1] = {
  task: 'transcribe',
  model: "it's",
  response_format: 'srt',
  stream: false,
  language: 'de',
  plan: { candidates: [], left_out: [], features: ['language', 'word_timestamps', 'prompt'] } satisfies Schemas['Plan'],
  transcript: 'Hallo',
  question: null,
};

it('is a call of curl that no shell takes apart, and says what the log does not keep', () => {
  expect(copyAs('curl', asked, 'https://stt.example.org')).toBe(
    [
      '# The request also had prompt; the log does not keep the values.',
      `curl 'https://stt.example.org/v1/audio/transcriptions' \\`,
      `  -H 'authorization: Bearer YOUR_KEY' \\`,
      '  -F file=@audio.mp3 \\',
      String.raw`  -F 'model=it'\''s' ` + '\\',
      `  -F 'response_format=srt' \\`,
      `  -F 'language=de' \\`,
      `  -F 'timestamp_granularities[]=word'`,
    ].join('\n'),
  );
});

it('is Python and JavaScript with strings that end where they should', () => {
  const python = copyAs('python', { ...asked, model: 'a"b\nc' }, 'http://localhost:4000');
  expect(python).toContain(String.raw`("model", "a\"b\nc")`);
  const node = copyAs('node', { ...asked, model: 'a"b' }, 'http://localhost:4000');
  expect(node).toContain(String.raw`body.append("model", "a\"b");`);
});

it('sends what was to be said, or a question, as JSON', () => {
  const speech = copyAs('curl', { ...asked, task: 'speak', response_format: null, plan: null }, 'http://x');
  expect(speech).toContain(`-d '{"model":"it'\\''s","voice":"alloy","input":"Hallo"}'`);
  expect(speech).toContain('-o speech.mp3');
  const chat = copyAs('node', { ...asked, task: 'chat', question: 'What is said?', stream: true }, 'http://x');
  expect(chat).toContain('"text": "What is said?"');
  expect(chat).toContain('"stream": true');
});
