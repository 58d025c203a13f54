const DIGITS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'zero oh o nought null',
    'one eins',
    'two zwei zwo',
    'three drei',
    'four vier',
    'five fünf fuenf',
    'six sechs',
    'seven sieben',
    'eight acht',
    'nine niner neun',
  ].flatMap((words, digit) => words.split(' ').map((word) => [word, String(digit)] as const)),
);
const TWO_DIGITS: Readonly<Record<string, string>> = Object.fromEntries([
  ...'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, index) => [word, String(10 + index)] as const),
  ...'zehn elf zwölf'.split(' ').map((word, index) => [word, String(10 + index)] as const),
  ...'twenty thirty forty fifty sixty seventy eighty ninety'
    .split(' ')
    .map((word, index) => [word, String(20 + 10 * index)] as const),
]);
const TIMES: Readonly<Record<string, number>> = { double: 2, doppel: 2, triple: 3 };

const MAX_LENGTH = 12;

/** A word of which digits are made, in English or German. */
export type NumberWord =
  | { readonly kind: 'digits'; readonly digits: string }
  /** How often the digit after it is meant. */
  | { readonly kind: 'times'; readonly times: number }
  | { readonly kind: 'plus' };

/** What the word says of a number; undefined where it is not one of these. */
export function numberWord(word: string): NumberWord | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const lower = word.toLowerCase().normalize('NFC');
  const digits = own(DIGITS, lower) ?? own(TWO_DIGITS, lower);
  if (digits !== undefined) return { kind: 'digits', digits };
  const times = own(TIMES, lower);
  if (times !== undefined) return { kind: 'times', times };
  return lower === 'plus' ? { kind: 'plus' } : undefined;
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Where the digits of writing systems begin: Latin, Arabic, Persian, Devanagari, full width. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0xff10];

/** The digits of any of these as 0 to 9; undefined where one is of another writing system. */
export function latinDigits(digits: string): string | undefined {
  let latin = '';
  for (const digit of digits) {
    const zero = ZEROS.find((it) => digit.charCodeAt(0) >= it && digit.charCodeAt(0) < it + 10);
    if (zero === undefined) return undefined;
    latin += String(digit.charCodeAt(0) - zero);
  }
  return latin;
}
