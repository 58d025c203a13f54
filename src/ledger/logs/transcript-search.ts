import { z } from 'zod';
import type { SqlValues } from '../../database/sql-values.js';
import { PLAIN_SEARCH, searchConfigs } from '../entry/search-config.js';

const MAX_SEARCH = 200;

/** What is searched for in transcripts, as a query parameter. */
export const searchSchema = z
  .string()
  .max(MAX_SEARCH)
  .regex(/[\p{L}\p{N}]/u, 'must have a word to look for')
  .meta({
    description:
      'Words that the transcript has, in the forms of its language: `"a phrase"`, `this OR that`, `-without`. Where no `from` is given, the last 30 days are searched',
    example: '"hot summer" -beach',
  });

/**
 * Characters of writing without word breaks, or with words that are not looked for as they stand: Thai, Lao, Burmese, Khmer,
 * Japanese, Chinese, Korean. Each counts as a word, so that a phrase of them is found wherever it stands. The function
 * `searchable_text` of the migration ledger_search has the same ranges.
 */
const UNBROKEN =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/gu;

/**
 * A condition on rows of `transcript`, in SQL: whether they have what is searched for, each in the words of its own language.
 * @param values takes what the condition compares with
 */
export function searchCondition(search: string, values: SqlValues): string {
  const asSent = values.add(search);
  const byCharacter = values.add(splitUnbroken(search));
  const queries = searchConfigs.map((config) => {
    const words = config === PLAIN_SEARCH ? byCharacter : asSent;
    return { config, query: `websearch_to_tsquery('${config}', ${words}::text)` };
  });
  // The index finds what any language would; then each row is held against its own, which differs in what is not wanted.
  return `search @@ (${queries.map(({ query }) => query).join(' || ')}) AND CASE search_config ${queries
    .map(({ config, query }) => `WHEN '${config}' THEN search @@ ${query}`)
    .join(' ')} ELSE false END`;
}

/** The search with phrases of single characters where there are no words: `你好` is `"你 好"`. */
export function splitUnbroken(search: string): string {
  return search
    .split('"')
    .map((part, index) => (index % 2 === 1 ? spaced(part) : part.split(/\s/).map(phraseOf).join(' ')))
    .join('"');
}

function phraseOf(word: string): string {
  const apart = spaced(word);
  if (apart === word) return word;
  return word.startsWith('-') ? `-"${spaced(word.slice(1))}"` : `"${apart}"`;
}

function spaced(text: string): string {
  return text.replaceAll(UNBROKEN, ' $& ');
}
