import { toLanguageName } from './language.js';

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
