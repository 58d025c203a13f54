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
