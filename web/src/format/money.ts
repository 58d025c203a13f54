const CENTS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * US dollars as people read them, never 0 when it is not: `$0.000477`, `$12.30`, `$1,204.55`.
 * @param usd null = nobody knows, which is said as `unknown`
 */
export function formatUsd(usd: number | null | undefined): string {
  if (usd == null) return 'unknown';
  if (usd === 0) return '$0';
  const size = Math.abs(usd);
  const sign = usd < 0 ? '−' : '';
  if (size >= 1) return `${sign}$${CENTS.format(size)}`;
  // Three digits that say something, and all nine that the ledger has where there are no more.
  const digits = Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(size))));
  const text = size.toFixed(digits);
  if (Number(text) === 0) return `${sign}<$0.000000001`;
  return `${sign}$${text.replace(/0+$/, '').replace(/\.(\d?)$/, (_, digit: string) => `.${digit.padEnd(2, '0')}`)}`;
}
