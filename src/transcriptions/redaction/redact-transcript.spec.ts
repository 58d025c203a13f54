import fc from 'fast-check';
import { Redactor } from '../../domain/redaction/redactor.js';
import { redactedKinds } from '../../domain/redaction/redaction-setting.js';
import type { ResponseFormat, TranscriptionResult } from '../../domain/transcription.js';
import { textOfSubtitles } from '../../providers/openai-compatible/subtitle-text.js';
import { synthesiseEvents } from '../formats/event-stream.js';
import { renderAnswer } from '../formats/render-answer.js';
import { omittedParts, redactTranscript } from './redact-transcript.js';

const redactor = new Redactor({
  kinds: [...redactedKinds],
  patterns: [{ name: 'case_number', pattern: 'CASE-\\d{4}' }],
  in: 'answer',
});

function resultOf(text: string, words: readonly string[], segments: readonly string[]): TranscriptionResult {
  return {
    text,
    durationSeconds: 600,
    words: words.map((word, index) => ({ word, startSeconds: index, endSeconds: index + 1 })),
    segments: segments.map((it, index) => ({ text: it, startSeconds: index, endSeconds: index + 1 })),
  };
}

const asked = (responseFormat: ResponseFormat) =>
  ({ task: 'transcribe', responseFormat, granularities: ['word', 'segment'], include: [] }) as const;

const strip = (text: string): string => text.replaceAll(/\s+/g, '');

describe('redactTranscript', () => {
  it('makes one word of what is masked, from the beginning of its first to the end of its last', () => {
    const text = 'My card is (4111 1111 1111 1111), thanks.';
    const { words } = redactTranscript(resultOf(text, text.split(' '), [text]), redactor);
    expect(words).toEqual([
      { word: 'My', startSeconds: 0, endSeconds: 1 },
      { word: 'card', startSeconds: 1, endSeconds: 2 },
      { word: 'is', startSeconds: 2, endSeconds: 3 },
      { word: '([PAYMENT_CARD]),', startSeconds: 3, endSeconds: 7 },
      { word: 'thanks.', startSeconds: 7, endSeconds: 8 },
    ]);
  });

  it('masks what goes over several segments where it begins', () => {
    const segments = ['My card is 4111 1111', ' 1111', ' 1111. Thanks.'];
    const masked = redactTranscript({ ...resultOf(segments.join(''), [], segments), words: undefined }, redactor);
    expect(masked.text).toBe('My card is [PAYMENT_CARD]. Thanks.');
    expect(masked.segments?.map(({ text }) => text)).toEqual(['My card is [PAYMENT_CARD]', ' . Thanks.']);
  });

  it.each([
    [
      'the text has digits, the words say them',
      '4111 1111 1111 1111',
      'four one one one one one one one one one one one one one one one',
    ],
    [
      'the words have digits, the text says them',
      'four one one one one one one one one one one one one one one one',
      '4111 1111 1111 1111',
    ],
  ])('masks words that are written otherwise: %s', (_, inText, inWords) => {
    const text = `My card number for this is ${inText} and that is all that there is to say of it, really.`;
    const said = `My card number for this is ${inWords} and that is all that there is to say of it really`.split(' ');
    const masked = redactTranscript(resultOf(text, said, [text]), redactor);
    const expected = 'My card number for this is [PAYMENT_CARD] and that is all that there is to say of it';
    expect(masked.text).toBe(`${expected}, really.`);
    expect(masked.words?.map(({ word }) => word).join(' ')).toBe(`${expected} really`);
    expect(masked.segments?.map((it) => it.text)).toEqual([`${expected}, really.`]);
  });

  it('masks words that are others than those of the text by themselves', () => {
    const masked = redactTranscript(resultOf('Bonjour tout le monde', ['write', 'ada@example.org'], []), redactor);
    expect(masked.words?.map(({ word }) => word)).toEqual(['write', '[EMAIL]']);
    expect(masked.text).toBe('Bonjour tout le monde');
  });

  it('leaves out what has the words in it, too', () => {
    const result: TranscriptionResult = {
      ...resultOf('Hi', ['Hi'], []),
      segments: [{ text: 'Hi', startSeconds: 0, endSeconds: 1, tokens: [1, 2] }],
      logprobs: [{ token: 'Hi' }],
      providerData: { utterances: ['Hi'] },
      native: { format: 'json', contentType: 'application/json', body: Buffer.from('{"text":"Hi","x_own":"Hi"}') },
      exchange: { request: {}, response: 'Hi' },
    };
    expect(omittedParts(result, { include: ['logprobs'], responseFormat: 'verbose_json' })).toEqual([
      'logprobs',
      'tokens',
      'provider_data',
      'raw_response',
    ]);
    expect(omittedParts(result, { include: [], responseFormat: 'json' })).toEqual([
      'provider_data',
      'raw_response',
      'x_own',
    ]);
    expect(redactTranscript(result, redactor)).toEqual({
      ...resultOf('Hi', ['Hi'], []),
      segments: [{ text: 'Hi', startSeconds: 0, endSeconds: 1 }],
    });
  });

  it('reads the times of subtitles that the provider has made', () => {
    const body =
      '1\n00:00:01,000 --> 00:00:02,500\nMy card is 4111 1111\n\n2\n00:00:02,500 --> 00:00:04,000\n1111 1111\n\n';
    const text = textOfSubtitles(body);
    const native = { format: 'srt', contentType: 'text/plain', body: Buffer.from(body) } as const;
    const masked = redactTranscript({ text, native }, redactor);
    expect(renderAnswer(masked, asked('srt')).body).toBe(
      '1\n00:00:01,000 --> 00:00:02,500\nMy card is [PAYMENT_CARD]\n\n',
    );
  });

  const piece = fc.constantFrom(
    'I',
    'said',
    'that',
    'four',
    'one',
    'oh',
    'double',
    'at',
    'dot',
    'example',
    'org',
    'ada@example.org',
    'ada at example dot org',
    '4111 1111 1111 1111',
    '4111',
    '1111',
    '4111111111111111,',
    '(DE89 3704 0044 0532 0130 00)',
    '+49 30 901820',
    '555-0123.',
    '我的卡号',
    'CASE-1234',
    '12345678Z',
    '-',
    'one '.repeat(15).trim(),
    'Straße',
    'it’s',
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 25 }).map((pieces) => pieces.join(' '));

  function cutAt(whole: string, places: readonly number[]): string[] {
    const ends = [...new Set([...places.map((place) => place % whole.length), whole.length])].toSorted((a, b) => a - b);
    return ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end)).filter((part) => part.trim() !== '');
  }

  it('masks the same in the text, words and segments, however they are cut, and in all that is made of them', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat()),
        fc.array(fc.nat()),
        fc.boolean(),
        (whole, forWords, forSegments, byWord) => {
          const words = byWord ? whole.split(' ') : cutAt(whole, forWords);
          const masked = redactTranscript(resultOf(whole, words, cutAt(whole, forSegments)), redactor);
          const expected = redactor.redact(whole);
          expect(masked.text).toBe(expected);
          const bare = strip(expected);
          expect(strip(masked.words?.map(({ word }) => word).join('') ?? '')).toBe(bare);
          expect(strip(masked.segments?.map((it) => it.text).join('') ?? '')).toBe(bare);
          const body = (format: ResponseFormat): string => renderAnswer(masked, asked(format)).body.toString();
          expect(body('text')).toContain(expected);
          expect(JSON.parse(body('json'))).toMatchObject({ text: expected });
          expect(JSON.parse(body('verbose_json'))).toMatchObject({ text: expected });
          expect(strip(textOfSubtitles(body('srt')))).toBe(bare);
          expect(strip(textOfSubtitles(body('vtt')).replaceAll('&amp;', '&'))).toBe(bare);
          const events = [...synthesiseEvents(masked, asked('json'))].map(
            ({ data }) => JSON.parse(data) as { delta?: string; text?: string },
          );
          expect(events.map(({ delta = '' }) => delta).join('')).toBe(expected);
          expect(events.at(-1)?.text).toBe(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('masks what hours of speech are full of, also where a word is written otherwise than in the text', () => {
    const said = Array.from({ length: 30_000 }, (_, index) => (index % 20 === 10 ? `a@b${index}.org` : 'word'));
    const heard = said.map((word, index) => (index === 5 ? 'vord' : word));
    const { text, words = [] } = redactTranscript(resultOf(said.join(' '), heard, []), redactor);
    const masked = (all: readonly string[]) => all.map((word) => (word.includes('@') ? '[EMAIL]' : word));
    expect(text).toBe(masked(said).join(' '));
    expect(words.map(({ word }) => word)).toEqual(masked(heard));
  });
});
