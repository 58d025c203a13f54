import { readEvents } from './event-stream';

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const first = event({ type: 'transcript.text.delta', delta: 'The beach' });

it('reads as far as whole events have come', () => {
  const rest = event({ type: 'transcript.text.delta', delta: ' was hot.' });
  expect(readEvents(`: keep-alive\n\n${first}${rest.slice(0, 20)}`)).toEqual({ text: 'The beach', segments: [] });
  const done = event({ type: 'transcript.text.done', text: 'The beach was hot.' });
  expect(readEvents(`${first}${rest}${done}data: [DONE]\n\n`)).toMatchObject({ text: 'The beach was hot.', done: {} });
});

it('keeps what was said before an error, and the error', () => {
  expect(readEvents(first + event({ error: { message: 'gone', code: 'timeout' } }))).toEqual({
    text: 'The beach',
    segments: [],
    error: { message: 'gone', code: 'timeout' },
  });
});
