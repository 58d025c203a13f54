/** What a transcript's language is called when nobody knows it: OpenAI's schema requires a string. */
export const UNKNOWN_LANGUAGE = 'unknown';

/** Where whisper, and so OpenAI, says it differently from CLDR; keys are canonical codes. */
const OPENAI_NAMES: Readonly<Record<string, string>> = {
  bn: 'bengali',
  fil: 'tagalog',
  mi: 'maori',
  my: 'myanmar',
  nb: 'norwegian',
  nn: 'nynorsk',
  und: UNKNOWN_LANGUAGE,
};

const englishNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/**
 * The full English name in lower case, as OpenAI's `verbose_json` gives it, of whatever a provider calls a language:
 * `en` (ISO-639-1), `eng` (ISO-639-3), `en-US` (BCP-47), `en_US`, `English`. A name that is not in the tables is
 * passed on in lower case rather than guessed at; no name at all is `unknown`.
 */
export function toLanguageName(language: string | undefined): string {
  const given = (language ?? '').trim().toLowerCase();
  if (given === '') return UNKNOWN_LANGUAGE;
  const [primary = ''] = given.split(/[-_]/);
  if (!/^[a-z]{2,3}$/.test(primary)) return given;
  return nameOfCode(primary) ?? given;
}

function nameOfCode(code: string): string | undefined {
  // Intl.Locale canonicalises: `eng` and `en` are one language, so are `iw` and `he`.
  const canonical = new Intl.Locale(code).language ?? code;
  return OPENAI_NAMES[canonical] ?? englishNames.of(canonical)?.toLowerCase();
}

/** Words for "find out yourself", in requests, and for "I do not know", in answers. */
const NO_LANGUAGE: ReadonlySet<string> = new Set(['', 'auto', 'und', UNKNOWN_LANGUAGE]);

/** Longer than any tag of a language, its script and its region, and any name. */
const MAX_CHARACTERS = 64;

/** Whether a language is left to be detected: nothing, `auto` or `und`. */
export function isDetection(language: string): boolean {
  return NO_LANGUAGE.has(language.trim().toLowerCase());
}

/**
 * The one form in which the gateway knows a language, whatever a client or a provider calls it: the canonical BCP-47 tag in
 * lower case, with script and region as far as they are told. `en-US` and `en_US` are `en-us`; `EN`, `eng` and `English` are
 * `en`; `iw` is `he`; `multi`, Deepgram's word, stands for several. Undefined where it is no language, or none is named; a
 * well-formed tag that nobody knows is passed on.
 */
export function languageTag(language: string): string | undefined {
  const given = language.trim().toLowerCase();
  if (NO_LANGUAGE.has(given) || given.length > MAX_CHARACTERS) return undefined;
  // As POSIX writes a locale: `en_us.utf-8`, `de_de@euro`.
  const [plain = ''] = given.split(/[.@]/);
  // ISO-639-3 for a variety of Chinese behind the code of Chinese, as BCP-47 once had it: `zh-yue`.
  const tag = tagsByName().get(given) ?? plain.replaceAll('_', '-').replace(/^zh-(?=[a-z]{3}(?:-|$))/, '');
  // BCP-47 would have longer ones, too, but there are none: what looks so is a name that nobody knows.
  if (!/^(?:[a-z]{2,3}|multi)(?:-|$)/.test(tag)) return undefined;
  try {
    // `en-US-POSIX` has an extension even there.
    return new Intl.Locale(tag).baseName.toLowerCase().split('-u-')[0];
  } catch {
    return undefined;
  }
}

/** Languages beyond ISO-639-1 that providers know. */
const LONG_CODES = ['ast', 'ceb', 'ckb', 'fil', 'haw', 'kam', 'kea', 'luo', 'nso', 'umb', 'yue'];

/** Variants with an English name of their own. */
const VARIANTS = [
  'en-au',
  'en-ca',
  'en-gb',
  'en-us',
  'es-419',
  'es-es',
  'es-mx',
  'fr-ca',
  'pt-br',
  'pt-pt',
  'zh-hans',
  'zh-hant',
];

/** Second names: whisper's, https://github.com/openai/whisper/blob/main/whisper/tokenizer.py, and what people say. */
const SECOND_NAMES: Readonly<Record<string, string>> = {
  burmese: 'my',
  castilian: 'es',
  farsi: 'fa',
  flemish: 'nl',
  haitian: 'ht',
  letzeburgesch: 'lb',
  mandarin: 'zh',
  moldavian: 'ro',
  moldovan: 'ro',
  panjabi: 'pa',
  pushto: 'ps',
  sinhalese: 'si',
  valencian: 'ca',
};

let knownTagsByName: ReadonlyMap<string, string> | undefined;

/** English names in lower case, CLDR's and OpenAI's, with their tags. */
function tagsByName(): ReadonlyMap<string, string> {
  knownTagsByName ??= new Map([
    ...[...twoLetterCodes(), ...LONG_CODES, ...VARIANTS].flatMap((tag): [string, string][] => {
      const name = englishNames.of(tag);
      return name === undefined ? [] : [[name.toLowerCase(), tag]];
    }),
    ...Object.entries(OPENAI_NAMES).map(([tag, name]): [string, string] => [name, tag]),
    // CLDR's own name, which is also OpenAI's name of `nb`.
    ['norwegian', 'no'],
    ...Object.entries(SECOND_NAMES),
  ]);
  return knownTagsByName;
}

function twoLetterCodes(): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

/** The language without script and region: ISO-639-1 where it has such a code, otherwise ISO-639-3. */
export function primaryCode(language: string): string {
  const tag = languageTag(language) ?? language;
  return tag.split('-')[0] ?? tag;
}

/** Where whisper calls a language by another code than the canonical one. */
const WHISPER_CODES: Readonly<Record<string, string>> = { fil: 'tl', jv: 'jw', nb: 'no' };

/** The code of whisper and of everything that was made to resemble it: ISO-639-1 without a region, with its exceptions. */
export function whisperCode(language: string): string {
  const code = primaryCode(language);
  return Object.hasOwn(WHISPER_CODES, code) ? (WHISPER_CODES[code] ?? code) : code;
}

/** The BCP-47 tag as it is usually written: `en-US`, `zh-Hant`. */
export function writtenTag(language: string): string {
  const tag = languageTag(language);
  return tag === undefined ? language : new Intl.Locale(tag).baseName;
}
