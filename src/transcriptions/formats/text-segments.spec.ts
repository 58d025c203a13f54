import fc from 'fast-check';
import { segmentText } from './text-segments.js';

const words = new Intl.Segmenter('en', { granularity: 'word' });
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const whole = (segmenter: Intl.Segmenter, text: string) =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);

const sentences = {
  Thai: 'สวัสดีครับวันนี้อากาศดีมากเราไปตลาดซื้อผลไม้และกลับบ้านตอนเย็น',
  Chinese: '你好，世界。今天天气很好，我们去市场买水果，晚上回家。',
  Japanese: '今日は天気がいいので、市場へ果物を買いに行きます。',
  English: 'The beach was a popular spot on a hot summer day. ',
  emoji: '👩‍👩‍👧‍👦🇩🇪e\u0301',
};

it.each(Object.entries(sentences))('cuts %s as the segmenter does, also where it is long', (_what, sentence) => {
  const text = sentence.repeat(60);
  for (const segmenter of [words, graphemes]) expect([...segmentText(segmenter, text)]).toEqual(whole(segmenter, text));
});

it('loses nothing and cuts no pair of surrogates', () => {
  const text = fc.array(fc.constantFrom('a', '😀', 'ก', '好', ' ', '\u0301', 'x'.repeat(600), '😀'.repeat(300)));
  fc.assert(
    fc.property(text, (parts) => {
      const segments = [...segmentText(words, parts.join(''))];
      expect(segments.join('')).toBe(parts.join(''));
      expect(segments.every((it) => it.isWellFormed())).toBe(true);
    }),
  );
});

it('takes time in proportion to the text', () => {
  // The segmenter alone takes minutes for it.
  expect([...segmentText(words, sentences.Chinese.repeat(20_000))].length).toBeGreaterThan(200_000);
  expect([...segmentText(words, sentences.Thai.repeat(10_000))].length).toBeGreaterThan(100_000);
  expect([...segmentText(graphemes, sentences.emoji.repeat(30_000))]).toHaveLength(90_000);
});
