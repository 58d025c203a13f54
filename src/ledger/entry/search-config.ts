/**
 * PostgreSQL's text search configurations that every supported version has, by the language's ISO-639-1 code. Others, such as
 * Chinese, have no word breaks and are searched as they are written.
 */
const CONFIG_BY_LANGUAGE: Readonly<Record<string, string>> = {
  ar: 'arabic',
  da: 'danish',
  de: 'german',
  en: 'english',
  es: 'spanish',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hu: 'hungarian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
};

/** Words as they are written, in lower case. */
export const PLAIN_SEARCH = 'simple';

/** Every configuration that rows are searched by. */
export const searchConfigs: readonly string[] = [PLAIN_SEARCH, ...new Set(Object.values(CONFIG_BY_LANGUAGE))];

/** How the words of a transcript in this language (a BCP-47 tag in lower case) are searched. */
export function searchConfigOf(language: string | null): string {
  const [primary = ''] = (language ?? '').split('-');
  return (Object.hasOwn(CONFIG_BY_LANGUAGE, primary) && CONFIG_BY_LANGUAGE[primary]) || PLAIN_SEARCH;
}
