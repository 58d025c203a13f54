import type { Capabilities } from '../../src/domain/capabilities.js';
import { planFormat, planStream } from '../../src/domain/format-plan.js';
import { responseFormats } from '../../src/domain/transcription.js';
import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { allProviders } from '../support/all-providers.js';
import { offersOf } from './format-matrix.js';
import { code, table } from './markdown.js';

const words = { native: 'native', synthesised: 'made', refused: 'no', relayed: 'relayed', whole: 'whole' } as const;

/** The README's table: what every provider's models give. Of models that give the same, the first stands for all. */
export function formatsTable(): string {
  const headings = ['Provider', 'Upstream model', ...responseFormats, 'stream', 'translations'];
  return table(headings, allProviders.all().flatMap(rowsOf));
}

function rowsOf(adapter: ProviderAdapter): string[][] {
  const offers = offersOf(adapter).filter(({ settings }) => settings === undefined);
  const named = offers.slice(0, Math.max(1, adapter.knownModels.length));
  const rows = new Map<string, string[]>();
  for (const { upstreamModel, capabilities } of named) {
    const model = adapter.knownModels.includes(upstreamModel) ? upstreamModel : '*';
    const cells = cellsOf(capabilities);
    const key = cells.join();
    if (!rows.has(key)) rows.set(key, [adapter.title, code(`${adapter.provider}/${model}`), ...cells]);
  }
  return [...rows.values()];
}

function cellsOf(capabilities: Capabilities): string[] {
  return [
    ...responseFormats.map((responseFormat) => {
      return words[planFormat(capabilities, { responseFormat, granularities: [], include: [] }).mode];
    }),
    words[planStream(capabilities, 'json')],
    capabilities.tasks.includes('translate') ? 'yes' : 'no',
  ];
}
