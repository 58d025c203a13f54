import type { RedactedKind } from '../../src/domain/redaction/redaction-setting.js';
import { measureRedaction } from './measure.js';

/** Less than this is a fault: how many are masked of what is meant, and how much of what is masked is meant. */
const floors: readonly [kind: RedactedKind, recall: number, precision: number][] = [
  ['email', 0.95, 0.98],
  ['phone', 0.85, 0.85],
  ['payment_card', 0.92, 0.95],
  ['iban', 0.92, 0.98],
  ['national_id', 0.88, 0.95],
];

describe('what is masked in the corpus', () => {
  const measured = measureRedaction();

  it.each(floors)('%s: at least %d of what is meant, and %d of what is masked', (kind, recall, precision) => {
    const found = measured.find((it) => it.kind === kind);
    expect(found?.count).toBeGreaterThanOrEqual(25);
    // Named, so that the failure tells what was missed.
    expect({ ...found, isGood: (found?.recall ?? 0) >= recall && (found?.precision ?? 0) >= precision }).toMatchObject({
      isGood: true,
    });
  });

  it('has a floor for every kind', () => {
    expect(floors.map(([kind]) => kind)).toEqual(measured.map(({ kind }) => kind));
  });
});
