import { differences } from './compare';
import { comparedOf, type Heard } from './heard';
import type { OtherWords } from './transcript';

/** Of a long stretch that is other, so many words are shown. */
const MOST_WORDS = 12;

/** For each column, by the places of its words, what the others heard where they heard something else. */
export function otherWordsOf(
  heards: readonly (Heard | undefined)[],
): readonly ReadonlyMap<number, readonly OtherWords[]>[] {
  const compared = heards.map((heard) => heard && comparedOf(heard));
  return differences(compared.map((one) => one?.plain)).map((found, column) => {
    const places = compared[column]?.places ?? [];
    return new Map(
      [...found].flatMap(([index, others]) => {
        const place = places[index];
        const words = others.map(({ column: other, from, to }) => ({
          label: String(other + 1),
          text: textOf(heards[other], compared[other]?.places.slice(from, to) ?? []),
        }));
        return place === undefined ? [] : [[place, words] as const];
      }),
    );
  });
}

function textOf(heard: Heard | undefined, places: readonly number[]): string {
  const words = places.slice(0, MOST_WORDS).flatMap((place) => heard?.words[place] ?? []);
  const text = words
    .map(({ text, hasSpace }) => text + (hasSpace ? ' ' : ''))
    .join('')
    .trim();
  return places.length > MOST_WORDS ? `${text} …` : text;
}
