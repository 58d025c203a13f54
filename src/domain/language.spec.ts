import { isDetection, languageTag, primaryCode, toLanguageName, whisperCode, writtenTag } from './language.js';

/** Whisper's languages, which are OpenAI's, by its own codes. */
const whisperLanguages =
  'en english, zh chinese, de german, es spanish, ru russian, ko korean, fr french, ja japanese, pt portuguese, tr turkish, ' +
  'pl polish, ca catalan, nl dutch, ar arabic, sv swedish, it italian, id indonesian, hi hindi, fi finnish, vi vietnamese, ' +
  'he hebrew, uk ukrainian, el greek, ms malay, cs czech, ro romanian, da danish, hu hungarian, ta tamil, no norwegian, ' +
  'th thai, ur urdu, hr croatian, bg bulgarian, lt lithuanian, la latin, mi maori, ml malayalam, cy welsh, sk slovak, ' +
  'te telugu, fa persian, lv latvian, bn bengali, sr serbian, az azerbaijani, sl slovenian, kn kannada, et estonian, ' +
  'mk macedonian, br breton, eu basque, is icelandic, hy armenian, ne nepali, mn mongolian, bs bosnian, kk kazakh, ' +
  'sq albanian, sw swahili, gl galician, mr marathi, pa punjabi, si sinhala, km khmer, sn shona, yo yoruba, so somali, ' +
  'af afrikaans, oc occitan, ka georgian, be belarusian, tg tajik, sd sindhi, gu gujarati, am amharic, yi yiddish, lo lao, ' +
  'uz uzbek, fo faroese, ht haitian creole, ps pashto, tk turkmen, nn nynorsk, mt maltese, sa sanskrit, lb luxembourgish, ' +
  'my myanmar, bo tibetan, tl tagalog, mg malagasy, as assamese, tt tatar, haw hawaiian, ln lingala, ha hausa, ba bashkir, ' +
  'jw javanese, su sundanese, yue cantonese';

describe('toLanguageName', () => {
  it.each(whisperLanguages.split(', ').map((it) => [it.slice(0, it.indexOf(' ')), it.slice(it.indexOf(' ') + 1)]))(
    'calls %s what whisper calls it: %s',
    (code, name) => {
      expect(toLanguageName(code)).toBe(name);
    },
  );

  it.each([
    ['eng', 'english'],
    ['deu', 'german'],
    ['ger', 'german'],
    ['cmn', 'chinese'],
    ['en-US', 'english'],
    ['en_GB', 'english'],
    ['es-419', 'spanish'],
    ['zh-Hant-TW', 'chinese'],
    ['nb-NO', 'norwegian'],
    ['EN', 'english'],
    ['English', 'english'],
    [' Haitian Creole ', 'haitian creole'],
  ])('understands %p', (given, name) => {
    expect(toLanguageName(given)).toBe(name);
  });

  it.each([
    ['Klingon', 'klingon'],
    ['multi', 'multi'],
    ['xx', 'xx'],
    ['zz-ZZ', 'zz-zz'],
  ])('passes on the unknown %p', (given, name) => {
    expect(toLanguageName(given)).toBe(name);
  });

  it.each([undefined, '', '  ', 'und'])('says unknown for %p', (given) => {
    expect(toLanguageName(given)).toBe('unknown');
  });
});

describe('languageTag', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    [' en ', 'en'],
    ['English', 'en'],
    ['ENGLISH', 'en'],
    ['eng', 'en'],
    ['en-US', 'en-us'],
    ['en_US', 'en-us'],
    ['en_US.UTF-8', 'en-us'],
    ['en_US_POSIX', 'en-us'],
    ['en-UK', 'en-gb'],
    ['American English', 'en-us'],
    ['en-US-u-ca-buddhist', 'en-us'],
    ['ger', 'de'],
    ['iw', 'he'],
    ['Hebrew', 'he'],
    ['cmn', 'zh'],
    ['Mandarin', 'zh'],
    ['zh_Hant_TW', 'zh-hant-tw'],
    ['zh-yue', 'yue'],
    ['zh-cmn-Hans', 'zh-hans'],
    ['Cantonese', 'yue'],
    ['Norwegian', 'no'],
    ['nob', 'nb'],
    ['Tagalog', 'fil'],
    ['tl', 'fil'],
    ['jw', 'jv'],
    ['burmese', 'my'],
    ['Myanmar', 'my'],
    ['haitian creole', 'ht'],
    // Nobody knows them, but they are well formed: Deepgram's code switching is one.
    ['multi', 'multi'],
    ['xx', 'xx'],
  ])('reads %p as %p', (given, tag) => {
    expect(languageTag(given)).toBe(tag);
    expect(languageTag(tag)).toBe(tag);
  });

  it.each(['', ' ', 'auto', 'AUTO', 'und', 'unknown'])('finds none in %p, which means detection', (given) => {
    expect([languageTag(given), isDetection(given)]).toEqual([undefined, true]);
  });

  it.each([
    'x!',
    'e',
    'en-',
    '-en',
    'e\0n',
    'en us',
    '\ud800',
    'constructor!',
    'constructor',
    'Klingon',
    'Englisch',
    '12',
    `en-${'a'.repeat(70)}`,
    'a'.repeat(1e6),
  ])('finds none in what is no language: %p', (given) => {
    expect([languageTag(given), isDetection(given)]).toEqual([undefined, false]);
  });

  it.each(whisperLanguages.split(', ').map((it) => [it.slice(0, it.indexOf(' ')), it.slice(it.indexOf(' ') + 1)]))(
    "reads whisper's %s and its name %s alike",
    (code = '', name = '') => {
      expect(languageTag(name)).toBe(languageTag(code));
      expect(whisperCode(name)).toBe(code);
    },
  );
});

it.each([
  ['en-us', 'en', 'en', 'en-US'],
  ['zh-hant', 'zh', 'zh', 'zh-Hant'],
  ['yue', 'yue', 'yue', 'yue'],
  ['fil', 'fil', 'tl', 'fil'],
  ['nb-no', 'nb', 'no', 'nb-NO'],
  ['jv', 'jv', 'jw', 'jv'],
  ['multi', 'multi', 'multi', 'multi'],
])('%s is %s without its region, %s for whisper and written %s', (tag, primary, whisper, written) => {
  expect([primaryCode(tag), whisperCode(tag), writtenTag(tag)]).toEqual([primary, whisper, written]);
});
