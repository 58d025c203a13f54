import { isLuhn } from './checksums.js';

/** Who issues cards that begin so, and how many digits they have, the usual number first. */
const BRANDS: readonly { readonly begins: RegExp; readonly lengths: readonly number[] }[] = [
  // Visa
  { begins: /^4/, lengths: [16, 13, 19] },
  // Mastercard
  { begins: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  // American Express
  { begins: /^3[47]/, lengths: [15] },
  // Diners Club
  { begins: /^3(?:0[0-5]|095|[689])/, lengths: [14, 16, 19] },
  // JCB
  { begins: /^35(?:2[89]|[3-8])/, lengths: [16, 19] },
  // Discover, UnionPay
  { begins: /^6(?:011|4[4-9]|5|2)/, lengths: [16, 17, 18, 19] },
  // Maestro, which has been known to issue any of these
  { begins: /^(?:5[0678]|6[0379])/, lengths: [16, 18, 19] },
];

/** How many digits cards that begin so have, the usual number first; empty where none does. */
export function cardLengths(beginning: string): readonly number[] {
  return BRANDS.find(({ begins }) => begins.test(beginning))?.lengths ?? [];
}

/** Whether the check digit is right, and not all digits are the same. */
export function isCard(digits: string): boolean {
  return isLuhn(digits) && /[^0]/.test(digits.slice(4));
}
