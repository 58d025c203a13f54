import * as fc from 'fast-check';
import type { Segment, Word } from '../../domain/transcription.js';
import { renderSrt } from './srt.format.js';
import { renderVtt } from './vtt.format.js';

const BEACH =
  'The beach was a popular spot on a hot summer day. People were swimming in the ocean, building sandcastles, and ' +
  'playing beach volleyball; "wow," said Dr. Smith. Yes. No. It costs $25.50 or so, which is well-known to everybody ' +
  'who has ever been at the Supercalifragilisticexpialidocious shop.';

describe('renderSrt', () => {
  it('cuts at sentences and clauses, with the punctuation that the words lack', () => {
    expect(renderSrt({ text: BEACH, words: wordsOf(BEACH, { bare: true }) })).toBe(
      [
        '1',
        '00:00:00,000 --> 00:00:03,250',
        'The beach was a popular',
        'spot on a hot summer day.',
        '',
        '2',
        '00:00:03,300 --> 00:00:05,700',
        'People were swimming in the',
        'ocean, building sandcastles,',
        '',
        '3',
        '00:00:05,700 --> 00:00:08,700',
        'and playing beach volleyball;',
        '"wow," said Dr. Smith. Yes. No.',
        '',
        '4',
        '00:00:08,700 --> 00:00:12,000',
        'It costs $25.50 or so,',
        'which is well-known to everybody who',
        '',
        '5',
        '00:00:12,000 --> 00:00:15,530',
        'has ever been at the',
        'Supercalifragilisticexpialidocious shop.',
        '',
        '',
      ].join('\n'),
    );
  });

  it('shares the time of a long segment among its words', () => {
    const text = 'aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk llll mmmm nnnn oooo pppp qqqq rrrr ssss tttt';
    expect(renderSrt({ text, segments: [{ text: ` ${text}`, startSeconds: 10, endSeconds: 19.9 }] })).toBe(
      [
        '1',
        '00:00:10,000 --> 00:00:14,900',
        'aaaa bbbb cccc dddd eeee',
        'ffff gggg hhhh iiii jjjj',
        '',
        '2',
        '00:00:15,000 --> 00:00:19,900',
        'kkkk llll mmmm nnnn oooo',
        'pppp qqqq rrrr ssss tttt',
        '',
        '',
      ].join('\n'),
    );
  });

  it('names the speakers and gives each a cue of their own', () => {
    const segments = [
      { text: 'Thanks for calling.', startSeconds: 0, endSeconds: 1.5, speaker: 'agent' },
      { text: 'Hi.', startSeconds: 1.5, endSeconds: 2.5, speaker: 'A' },
    ];
    expect(renderSrt({ text: 'Thanks for calling. Hi.', segments })).toBe(
      '1\n00:00:00,000 --> 00:00:01,500\nagent: Thanks for calling.\n\n' +
        '2\n00:00:01,500 --> 00:00:02,500\nA: Hi.\n\n',
    );
  });

  it('counts the hours', () => {
    const segments = [
      { text: 'Late.', startSeconds: 3 * 3600 + 25 * 60 + 45.678, endSeconds: 3 * 3600 + 25 * 60 + 47 },
    ];
    expect(renderSrt({ text: 'Late.', segments })).toBe('1\n03:25:45,678 --> 03:25:47,000\nLate.\n\n');
  });

  it('flattens line breaks, which would end the cue', () => {
    const segments = [{ text: 'One\r\n\r\ntwo\u2028three\u0000four', startSeconds: 0, endSeconds: 2 }];
    expect(renderSrt({ text: 'x', segments })).toBe('1\n00:00:00,000 --> 00:00:02,000\nOne two three four\n\n');
  });

  it.each([[{ text: '' }], [{ text: ' ', words: [], segments: [] }]])('is empty when nothing was said', (result) => {
    expect(renderSrt(result)).toBe('');
  });

  it('refuses speech without times instead of losing it', () => {
    expect(() => renderSrt({ text: 'Hello.' })).toThrow(
      expect.objectContaining({ name: 'ProviderError', reason: 'bad_response' }),
    );
  });
});

describe('the times of cues', () => {
  it.each<[string, Word[], string[]]>([
    ['end at a long pause', [at('One', 0, 2), at('two', 3.1, 2)], ['0-2000 One', '3100-5100 two']],
    ['go on over a short pause', [at('One', 0, 2), at('two', 2.9, 2)], ['0-4900 One two']],
    ['stay for a second where there is room', [at('One.', 0, 0.2), at('Two', 5, 2)], ['0-1000 One.', '5000-7000 Two']],
    [
      'stay until the next one where there is less',
      [said('A', at('One.', 0, 0.2)), said('B', at('Two', 0.7, 2))],
      ['0-700 A: One.', '700-2700 B: Two'],
    ],
    [
      'make the next one wait where there is none',
      [said('A', at('One.', 0, 2)), said('B', at('Two', 1.5, 2))],
      ['0-2000 A: One.', '2000-3500 B: Two'],
    ],
    ['end after seven seconds when a word takes longer', [at('Ooooh', 1, 30)], ['1000-8000 Ooooh']],
  ])('%s', (_, words, cues) => {
    expect(cuesOf({ text: words.map(({ word }) => word).join(' '), words })).toEqual(cues);
  });

  it('span all the words that the text writes as one', () => {
    const words = [at('I', 0, 1), at('am', 1, 1), at('twenty', 2, 1), at('five', 3, 1)];
    expect(cuesOf({ text: 'I am 25', words })).toEqual(['0-4000 I am 25']);
  });

  it('come from words with speakers rather than from segments', () => {
    const words = [said('A', at('Yes.', 0, 1)), said('B', at('No.', 1, 1))];
    const segments = [said('A', at('Yes. No.', 0, 3))];
    expect(cuesOf({ text: 'Yes. No.', words, segments })).toEqual(['0-1000 A: Yes.', '1000-2000 B: No.']);
  });

  it('come from segments where the words are not those of the text', () => {
    const words = [at('completely', 0, 1), at('different', 1, 1)];
    expect(cuesOf({ text: 'Not at all.', words, segments: [at('Not at all.', 0, 3)] })).toEqual(['0-3000 Not at all.']);
  });

  it('come from words that are not those of the text where there are no segments', () => {
    const words = [at('hello', 0, 1), at('world', 1, 1)];
    expect(cuesOf({ text: 'Bonjour', words })).toEqual(['0-2000 hello world']);
  });

  it('are told apart by speaker even without a space between them', () => {
    const words = [said('A', at('你好', 0, 1)), said('B', at('再见', 1, 1))];
    expect(cuesOf({ text: '你好再见', words })).toEqual(['0-1000 A: 你好', '1000-2000 B: 再见']);
    const glued = [said('A', at('ha', 0, 1)), said('B', at('ho', 1, 1))];
    expect(cuesOf({ text: 'haho', words: glued })).toEqual(['0-1000 A: ha', '1000-2000 B: ho']);
  });
});

describe('renderVtt', () => {
  it('has a header, points in the times and voices', () => {
    const segments = [
      { text: 'Thanks for calling.', startSeconds: 0, endSeconds: 1.5, speaker: 'Tom & "Jerry" >' },
      { text: 'Hi.', startSeconds: 1.5, endSeconds: 2.5, speaker: 'A' },
    ];
    expect(renderVtt({ text: 'Thanks for calling. Hi.', segments })).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n<v Tom &amp; "Jerry" &gt;>Thanks for calling.\n\n' +
        '00:00:01.500 --> 00:00:02.500\n<v A>Hi.\n\n',
    );
  });

  it('escapes what would be markup or a new cue', () => {
    const segments = [{ text: 'R&D <b> a --> b &amp;', startSeconds: 0, endSeconds: 2 }];
    expect(renderVtt({ text: 'x', segments })).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nR&amp;D &lt;b&gt; a --&gt; b &amp;amp;\n\n',
    );
  });

  it('is only a header when nothing was said', () => {
    expect(renderVtt({ text: '', segments: [] })).toBe('WEBVTT\n\n');
  });
});

describe('scripts without spaces', () => {
  const JAPANESE =
    '今日はいい天気ですね。東京タワーへ行きましょう！「銀座」で買い物をして、美味しい寿司を食べて、夜は横浜の港で過ごしたいと思います。';

  it('breaks Japanese between words, never before a closing sign or after an opening one', () => {
    const words = Array.from(JAPANESE.matchAll(/\p{L}/gu), ({ 0: word }, index) => at(word, index * 0.15, 0.15));
    for (const source of [{ words }, { segments: [at(JAPANESE, 0, 9)] }]) {
      const lines = readSrt(renderSrt({ text: JAPANESE, ...source })).flatMap((cue) => cue.lines);
      expect(lines.join('')).toBe(JAPANESE);
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        expect(line).toMatch(/^[^。！、」].*[^「]$/u);
        // Forty-two columns hold twenty-one full-width characters.
        expect(Array.from(line).length).toBeLessThanOrEqual(21);
      }
    }
  });

  it('breaks Thai by its dictionary', () => {
    const text = 'สวัสดีครับวันนี้อากาศดีมากเราไปเที่ยวทะเลกันไหมครับผมอยากกินอาหารทะเลที่ร้านริมหาด';
    const lines = readSrt(renderSrt({ text, segments: [at(text, 0, 6)] })).flatMap((cue) => cue.lines);
    expect(lines.join('')).toBe(text);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines).toContainEqual(expect.stringMatching(/^สวัสดีครับ/));
  });
});

describe('the time of a subtitle', () => {
  const quick = 'We have to say all of this very fast because nobody has the time';

  it('fills the room that there is until it can be read', () => {
    const words = quick.split(' ').map((word, index) => at(word, index * 0.08, 0.08));
    const later = at('Done.', 30, 1);
    // 63 columns at 17 in a second.
    const [first] = readSrt(renderSrt({ text: `${quick} Done.`, words: [...words, later] }));
    expect(first).toMatchObject({ startMs: 0, endMs: 3706 });
    const [crowded] = readSrt(
      renderSrt({ text: `${quick}. Done.`, words: [...words, { ...later, startSeconds: 2.5 }] }),
    );
    expect(crowded).toMatchObject({ startMs: 0, endMs: 2500 });
    const [last] = readSrt(renderSrt({ text: quick, words, durationSeconds: 2 }));
    expect(last).toMatchObject({ endMs: 2000 });
  });

  it('is not put off more and more by short ones before', () => {
    const words = Array.from({ length: 100 }, (_, index) => ({
      ...at('Yes.', index * 0.3, 0.3),
      speaker: index % 2 ? 'A' : 'B',
    }));
    const cues = readSrt(renderSrt({ text: words.map(({ word }) => word).join(' '), words }));
    const delaysMs = cues.map(({ startMs }, index) => startMs - index * 300);
    expect(cues).toHaveLength(100);
    expect(Math.max(...delaysMs)).toBeLessThanOrEqual(200);
  });

  it('is shared by the pieces of a word that no line can hold', () => {
    const word = 'https://example.com/'.padEnd(100, 'x');
    const cues = readSrt(renderSrt({ text: word, words: [at(word, 0, 3)] }));
    expect(cues.flatMap(({ lines }) => lines).map((line) => line.length)).toEqual([42, 42, 16]);
    expect(cues.map(({ startMs }) => startMs)).toEqual([0, 1000]);
  });
});

describe('every subtitle', () => {
  const spokenArbitrary = fc.array(
    fc.record({
      word: fc.oneof(
        { weight: 8, arbitrary: fc.stringMatching(/^[a-zé]{1,12}[,.?!]?$/) },
        { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{43,60}$/) },
        { weight: 1, arbitrary: fc.constantFrom('R&D', '<b>', '-->', '"quoted"', 'well-known', '7') },
      ),
      seconds: fc.double({ min: 0, max: 1.2, noNaN: true }),
      pause: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.double({ min: 0, max: 5, noNaN: true }) },
      ),
      turn: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 80 },
  );
  const diarized = fc.boolean();

  it('of timed words keeps to the limits and to what was said', () => {
    fc.assert(
      fc.property(spokenArbitrary, diarized, (spoken, diarized) => {
        const words = place(spoken, diarized);
        expect(problemsOf({ text: words.map(({ word }) => word).join(' '), words })).toEqual([]);
      }),
    );
  });

  it('of timed segments keeps to the limits and to what was said', () => {
    fc.assert(
      fc.property(fc.array(spokenArbitrary, { maxLength: 6 }), diarized, (groups, diarized) => {
        let offsetSeconds = 0;
        const segments = groups
          .filter((group) => group.length > 0)
          .map((group): Segment => {
            const words = place(group, diarized);
            const startSeconds = offsetSeconds;
            offsetSeconds += words.at(-1)?.endSeconds ?? 0;
            return {
              text: words.map(({ word }) => word).join(' '),
              startSeconds,
              endSeconds: offsetSeconds,
              speaker: words[0]?.speaker,
            };
          });
        expect(problemsOf({ text: segments.map(({ text }) => text).join(' '), segments })).toEqual([]);
      }),
    );
  });

  it('stays readable and in order when the times are nonsense', () => {
    const time = fc.double({ min: 0, max: 100, noNaN: true });
    const chaos = fc.array(
      fc.record({ word: fc.stringMatching(/^[a-z]{1,9}$/), startSeconds: time, endSeconds: time }),
    );
    fc.assert(
      fc.property(chaos, (words) => {
        expect(problemsOf({ text: words.map(({ word }) => word).join(' '), words })).toEqual([]);
      }),
    );
  });
});

function at(text: string, startSeconds: number, seconds: number) {
  return { text, word: text, startSeconds, endSeconds: startSeconds + seconds };
}

function said<T extends object>(speaker: string, what: T): T & { speaker: string } {
  return { ...what, speaker };
}

function cuesOf(result: { text: string; words?: Word[]; segments?: Segment[] }): string[] {
  return readSrt(renderSrt(result)).map(({ startMs, endMs, lines }) => `${startMs}-${endMs} ${lines.join('/')}`);
}

/** One word every 0.3 s. */
function wordsOf(text: string, { bare }: { bare: boolean }): Word[] {
  return text
    .split(' ')
    .map((word, index) => at(bare ? word.replace(/[.,;"]+$|^["$]+/g, '') : word, index * 0.3, 0.25));
}

function place(
  spoken: readonly { word: string; seconds: number; pause: number; turn: number }[],
  diarized: boolean,
): Word[] {
  let clock = 0;
  let turns = 0;
  return spoken.map(({ word, seconds, pause, turn }) => {
    const startSeconds = clock + pause;
    clock = startSeconds + seconds;
    turns += turn === 0 ? 1 : 0;
    return { word, startSeconds, endSeconds: clock, speaker: diarized ? 'AB'[turns % 2] : undefined };
  });
}

interface ReadCue {
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

const TIME = /^(\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)[.,](\d{3})$/;

function readCue(block: string): ReadCue {
  const [times = '', ...lines] = block.split('\n');
  const numbers = (TIME.exec(times) ?? []).slice(1).map(Number);
  const [h1 = NaN, m1 = NaN, s1 = NaN, ms1 = NaN, h2 = NaN, m2 = NaN, s2 = NaN, ms2 = NaN] = numbers;
  return { startMs: ((h1 * 60 + m1) * 60 + s1) * 1000 + ms1, endMs: ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2, lines };
}

function readSrt(srt: string): ReadCue[] {
  const blocks = srt === '' ? [] : srt.replace(/\n\n$/, '').split('\n\n');
  return blocks.map((block, index) => {
    const [number, ...rest] = block.split('\n');
    expect(number).toBe(String(index + 1));
    return readCue(rest.join('\n'));
  });
}

function readVtt(vtt: string): ReadCue[] {
  expect(vtt).toMatch(/^WEBVTT\n\n/);
  const blocks = vtt === 'WEBVTT\n\n' ? [] : vtt.replace(/^WEBVTT\n\n|\n\n$/g, '').split('\n\n');
  return blocks.map((block) => {
    const cue = readCue(block);
    const lines = cue.lines.map((line) => line.replace(/^<v [AB]>/, ''));
    expect(lines.join('')).not.toMatch(/<|>|&(?!amp;|lt;|gt;)/);
    const unescape = (line: string) => line.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
    return { ...cue, lines: lines.map(unescape) };
  });
}

/** What is wrong with the subtitles of a result, in both formats. */
function problemsOf(result: { text: string; words?: Word[]; segments?: Segment[] }): string[] {
  const srt = readSrt(renderSrt(result));
  const vtt = readVtt(renderVtt(result));
  const nameless = srt.map((cue) => ({ ...cue, lines: cue.lines.map((line) => line.replace(/^[AB]:(?: |$)/, '')) }));
  return [
    ...[nameless, vtt].flatMap((cues) => (spokenIn(cues) === bare(result.text) ? [] : [`says "${spokenIn(cues)}"`])),
    ...[srt, vtt].flatMap((cues) => cues.flatMap((cue, index) => problemsOfCue(cue, cues[index - 1]))),
  ];
}

function spokenIn(cues: readonly ReadCue[]): string {
  return bare(cues.flatMap(({ lines }) => lines).join(''));
}

/** Without spaces, which stand between lines as well as between words. */
function bare(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function problemsOfCue({ startMs, endMs, lines }: ReadCue, previous: ReadCue | undefined): string[] {
  const tooLong = lines.filter((line) => line.length > 42);
  const checks: [boolean, string][] = [
    [lines.length === 1 || lines.length === 2, `has ${lines.length} lines`],
    [tooLong.length === 0, `has the long line "${tooLong[0]}"`],
    [startMs >= (previous?.endMs ?? 0), `begins at ${startMs}, before the end of the one before`],
    // One that had to wait for the one before may be shorter.
    [endMs - startMs >= (startMs === previous?.endMs ? 100 : 500), `stays for only ${endMs - startMs} ms`],
    [endMs - startMs <= 7000, `stays for ${endMs - startMs} ms`],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}
