import { remainderOf } from './checksums.js';

/** How many characters an IBAN has, by country: the registry of SWIFT, release 99 (2024). */
const LENGTHS: Readonly<Record<number, string>> = {
  15: 'NO',
  16: 'BE',
  18: 'DK FK FI FO GL NL SD',
  19: 'MK SI',
  20: 'AT BA EE KZ LT LU MN XK',
  21: 'CH HR LI LV',
  22: 'BG BH CR DE GB GE IE ME RS VA',
  23: 'AE GI IL IQ OM SO TL',
  24: 'AD CZ ES MD PK RO SA SE SK TN VG',
  25: 'LY PT ST',
  26: 'IS TR',
  27: 'BI DJ FR GR IT MC SM',
  28: 'AL AZ BY CY DO GT HU LB NI PL SV',
  29: 'BR EG PS QA UA',
  30: 'JO KW MU YE',
  31: 'MT SC',
  32: 'LC',
  33: 'RU',
};
const lengthByCountry = new Map(
  Object.entries(LENGTHS).flatMap(([length, countries]) => countries.split(' ').map((it) => [it, Number(length)])),
);

/** How long an IBAN is that begins so; undefined where none does. */
export function ibanLength(beginning: string): number | undefined {
  return /^[A-Z]{2}\d\d/.test(beginning) ? lengthByCountry.get(beginning.slice(0, 2)) : undefined;
}

/** ISO 13616: whether the check digits are right, of capitals and digits without spaces. */
export function isIban(text: string): boolean {
  if (ibanLength(text) !== text.length) return false;
  const moved = text.slice(4) + text.slice(0, 4);
  return (
    remainderOf(
      moved.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)),
      97,
    ) === 1
  );
}
