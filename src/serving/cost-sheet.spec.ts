import type { Cost } from '../pricing/cost.js';
import { CostSheet } from './cost-sheet.js';

const item = (step: 'transcribe' | 'translate', cost: Partial<Cost>) => ({
  step,
  provider: 'p',
  upstreamModel: 'm',
  cost: { costNanoUsd: 100n, source: 'provider' as const, items: [], ...cost },
});

function totalOf(...items: ReturnType<typeof item>[]) {
  const sheet = new CostSheet();
  for (const it of items) sheet.add(it);
  return sheet.total();
}

describe('CostSheet', () => {
  it('costs nothing while nobody has answered', () => {
    expect(totalOf()).toEqual({ costNanoUsd: 0n, source: null, estimated: false, steps: null });
  });

  it('has no parts where there is one', () => {
    expect(totalOf(item('transcribe', { measuredCostNanoUsd: 80n }))).toEqual({
      costNanoUsd: 100n,
      source: 'provider',
      estimated: false,
      measuredCostNanoUsd: 80n,
      steps: null,
    });
  });

  it('adds up the parts', () => {
    const transcription = item('transcribe', { costNanoUsd: 1_500_000n, source: 'measured' });
    expect(totalOf(transcription, item('translate', { costNanoUsd: 500_000n, estimated: true }))).toEqual({
      costNanoUsd: 2_000_000n,
      source: 'measured',
      estimated: true,
      steps: [
        { step: 'transcribe', provider: 'p', upstream_model: 'm', item: 'total', cost_usd: 0.0015, estimated: false },
        { step: 'translate', provider: 'p', upstream_model: 'm', item: 'total', cost_usd: 0.0005, estimated: true },
      ],
    });
  });

  it('has a line for every surcharge of a call', () => {
    const items = [
      { name: 'audio', costNanoUsd: 80_000n },
      { name: 'diarization', costNanoUsd: 20_000n, estimated: true },
      { name: 'summary', costNanoUsd: null, estimated: true },
    ];
    expect(totalOf(item('transcribe', { costNanoUsd: 100_000n, estimated: true, items }))).toMatchObject({
      costNanoUsd: 100_000n,
      estimated: true,
      steps: [
        { item: 'audio', cost_usd: 0.00008, estimated: false },
        { item: 'diarization', cost_usd: 0.00002, estimated: true },
        { item: 'summary', cost_usd: null, estimated: true },
      ],
    });
  });

  it('does not know the sum when a part is unknown', () => {
    expect(totalOf(item('transcribe', {}), item('translate', { costNanoUsd: null, source: null }))).toMatchObject({
      costNanoUsd: null,
      steps: [{ cost_usd: 0.0000001 }, { cost_usd: null }],
    });
  });

  it('compares the measured figure with the whole', () => {
    const transcription = item('transcribe', { measuredCostNanoUsd: 90n });
    expect(totalOf(transcription, item('translate', { costNanoUsd: 50n })).measuredCostNanoUsd).toBe(140n);
    expect(totalOf(transcription, item('translate', { costNanoUsd: 900n })).measuredCostNanoUsd).toBeUndefined();
  });
});
