/** An amount of money in billionths of a US dollar. Integers, because cents of a cent add up over a million requests. */
export type NanoUsd = bigint;

const NANO_PER_USD = 1_000_000_000n;

/**
 * Reads a decimal dollar amount such as `0.006` or `"2.5e-6"` without going through binary fractions.
 * More than nine decimals are rounded half up.
 * @throws RangeError when the text is no finite, non-negative decimal number
 */
export function parseUsd(amount: string | number): NanoUsd {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(String(amount).trim());
  if (!match) throw new RangeError(`not a dollar amount: ${amount}`);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = 9 - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideRounded(digits, 10n ** BigInt(-shift));
}

/** The amount as a JSON number of dollars; exact to nine decimals below nine million dollars. */
export function toUsd(amount: NanoUsd): number {
  return Number(formatUsd(amount));
}

/** The amount as a plain decimal, without an exponent and without trailing zeros: `0.000846`. */
export function formatUsd(amount: NanoUsd): string {
  const sign = amount < 0n ? '-' : '';
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % NANO_PER_USD).toString().padStart(9, '0').replace(/0+$/, '');
  return `${sign}${absolute / NANO_PER_USD}${fraction ? `.${fraction}` : ''}`;
}

/** Integer division rounded half up, for non-negative operands. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend * 2n + divisor) / (divisor * 2n);
}
