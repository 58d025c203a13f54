import { isLuhn, isMod11And10, isVerhoeff, remainderOf, weightedSum } from './checksums.js';

/** Capitals and digits as somebody has written or said them. */
export interface WrittenNumber {
  /** Without what stands between them. */
  readonly value: string;
  /** How many characters stand together: `3-2-4`. */
  readonly groups: string;
}

const ODD_IN_ITALY: Readonly<Record<string, number>> = Object.fromEntries([
  ...[1, 0, 5, 7, 9, 13, 15, 17, 19, 21].map((it, index) => [String(index), it] as const),
  ...[1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].map(
    (it, index) => [String.fromCharCode(65 + index), it] as const,
  ),
]);

type Check = (number: WrittenNumber) => boolean;

/** Each country's number, by how many characters it has: all that can be told of it. */
const CHECKS: Readonly<Record<number, readonly Check[]>> = {
  9: [isSpanishDni, isSpanishNie, isUsSsn],
  10: [isSwedish],
  11: [isGermanTaxId, isPolish, isBrazilian, isBelgian],
  12: [isIndian, isSwedish],
  15: [isFrench],
  16: [isItalian],
  18: [isChinese],
};

/** How many characters the numbers have, the most first. */
export const nationalIdLengths: readonly number[] = Object.keys(CHECKS)
  .map(Number)
  .toSorted((one, other) => other - one);

/** Whether it is one of the numbers of people that can be checked. */
export function isNationalId(number: WrittenNumber): boolean {
  return CHECKS[number.value.length]?.some((check) => check(number)) ?? false;
}

/** DNI: the letter is the remainder of the number. */
function isSpanishDni({ value }: WrittenNumber): boolean {
  return /^\d{8}[A-Z]$/.test(value) && 'TRWAGMYFPDXBNJZSQVHLCKE'[remainderOf(value.slice(0, 8), 23)] === value[8];
}

/** NIE: X, Y and Z are 0, 1 and 2. */
function isSpanishNie({ value, groups }: WrittenNumber): boolean {
  if (!/^[XYZ]\d{7}[A-Z]$/.test(value)) return false;
  return isSpanishDni({ value: `${'XYZ'.indexOf(value.charAt(0))}${value.slice(1)}`, groups });
}

/** The Social Security number has no check digit: it is told by its groups, and by numbers that are not given. */
function isUsSsn({ value, groups }: WrittenNumber): boolean {
  return groups === '3-2-4' && /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(value);
}

/** Personnummer: born when, and a check digit. */
function isSwedish({ value, groups }: WrittenNumber): boolean {
  if (groups !== '6-4' && groups !== '8-4') return false;
  const number = value.slice(-10);
  return /^\d{10}$/.test(number) && isDay(number.slice(2, 4), number.slice(4, 6)) && isLuhn(number);
}

/** Steuer-Identifikationsnummer: of the first ten digits one comes twice or three times, no other more than once. */
function isGermanTaxId({ value }: WrittenNumber): boolean {
  if (!/^[1-9]\d{10}$/.test(value) || !isMod11And10(value)) return false;
  const counts = [...'0123456789'].map((digit) => value.slice(0, 10).split(digit).length - 1);
  const often = counts.filter((count) => count > 1);
  return often.length === 1 && often.every((count) => count <= 3);
}

/** PESEL: from 2000 on, twenty are added to the month. */
function isPolish({ value }: WrittenNumber): boolean {
  if (!/^\d{11}$/.test(value)) return false;
  const month = Number(value.slice(2, 4)) - (Number(value.slice(2, 4)) > 20 ? 20 : 0);
  const check = (10 - (weightedSum(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10;
  return isDay(String(month), value.slice(4, 6)) && check === Number(value[10]);
}

/** CPF: two check digits. */
function isBrazilian({ value }: WrittenNumber): boolean {
  if (!/^\d{11}$/.test(value) || new Set(value).size === 1) return false;
  const check = (weights: readonly number[]): number => ((10 * weightedSum(value, weights)) % 11) % 10;
  return (
    check([10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(value[9]) &&
    check([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(value[10])
  );
}

/** Rijksregisternummer: born when, and 97 less the remainder; from 2000 on with a 2 before it. */
function isBelgian({ value }: WrittenNumber): boolean {
  if (!/^\d{11}$/.test(value) || !isDay(value.slice(2, 4), value.slice(4, 6))) return false;
  const number = value.slice(0, 9);
  return [number, `2${number}`].some((it) => 97 - remainderOf(it, 97) === Number(value.slice(9)));
}

/** Aadhaar: three groups of four, and Verhoeff's check digit. */
function isIndian({ value, groups }: WrittenNumber): boolean {
  return groups === '4-4-4' && /^[2-9]\d{11}$/.test(value) && isVerhoeff(value);
}

/** NIR: sex, born when and where, and 97 less the remainder; 2A and 2B are Corsica. */
function isFrench({ value }: WrittenNumber): boolean {
  const number = value.replace(/^(.{5})2A/, '$119').replace(/^(.{5})2B/, '$118');
  if (!/^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)\d{10}$/.test(number)) return false;
  return 97 - remainderOf(number.slice(0, 13), 97) === Number(number.slice(13));
}

/** Codice fiscale: the last letter is the remainder of the others, each by its place. */
function isItalian({ value }: WrittenNumber): boolean {
  if (!/^[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]$/.test(value)) return false;
  const sum = Array.from(value.slice(0, 15)).reduce((total, character, index) => {
    const even = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? (ODD_IN_ITALY[character] ?? 0) : even);
  }, 0);
  return String.fromCharCode(65 + (sum % 26)) === value[15];
}

/** Resident identity number: born when, and a check digit of GB 11643, which may be X. */
function isChinese({ value }: WrittenNumber): boolean {
  if (!/^[1-8]\d{5}(?:19|20)\d{9}[\dX]$/.test(value) || !isDay(value.slice(10, 12), value.slice(12, 14))) return false;
  const sum = weightedSum(value, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return '10X98765432'[sum % 11] === value[17];
}

function isDay(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}
