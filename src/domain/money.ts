/** An amount of money in billionths of a US dollar. Integers, because cents of a cent add up over a million requests. */
export type NanoUsd = bigint;

/** The digits of a nano-dollar. */
export const NANO_DECIMALS = 9;

/** What a counter or a row of the ledger holds at most: a billion dollars, a ninth of what its column could. */
export const MAX_NANO_USD: NanoUsd = 1_000_000_000_000_000_000n;

/** More digits than any price has; what lies beyond would not change a bill. */
export const PRICE_DECIMALS = 18;

/** The amount as a JSON number of dollars; exact to nine decimals below a million dollars. */
export function toUsd(amount: NanoUsd): number {
  return Number(formatUsd(amount));
}

/** The amount as a plain decimal, without an exponent and without trailing zeros: `0.000846`. */
export function formatUsd(amount: NanoUsd): string {
  return formatDecimal(amount, NANO_DECIMALS);
}

/**
 * Reads a non-negative decimal number as an integer of 10^-`decimals`: `("1.5", 3)` is `1500n`. What lies beyond is
 * rounded half up.
 * @throws RangeError when the text is no finite, non-negative decimal number
 */
export function parseDecimal(amount: string | number, decimals: number): bigint {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(String(amount).trim());
  if (!match) throw new RangeError(`not a non-negative decimal number: ${amount}`);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = decimals - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
}

/** The inverse of `parseDecimal`: a plain decimal without an exponent and without trailing zeros. */
export function formatDecimal(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(digits.length - decimals).replace(/(?<!0)0+$/, '');
  return `${sign}${digits.slice(0, digits.length - decimals)}${fraction ? `.${fraction}` : ''}`;
}

/** Integer division rounded half up, for non-negative operands. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}
