import { measureRedaction } from '../redaction/measure.js';
import { table } from './markdown.js';

const NAMES = {
  email: 'E-mail addresses',
  phone: 'Phone numbers',
  payment_card: 'Payment cards',
  iban: 'IBANs',
  national_id: 'National ids',
} as const;

/** How well each kind is told in the corpus. */
export function redactionTable(): string {
  return table(
    ['Kind', '', 'Masked', 'Recall', 'Near misses', 'Masked wrongly', 'Precision'],
    measureRedaction().map(({ kind, count, masked, recall, nearMisses, wrong, precision }) => [
      `\`${kind}\``,
      NAMES[kind],
      `${masked} of ${count}`,
      recall.toFixed(2),
      String(nearMisses),
      String(wrong),
      precision.toFixed(2),
    ]),
  );
}
