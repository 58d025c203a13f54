import { readFileSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import type { Capabilities } from '../../src/domain/capabilities.js';
import { planFormat, planStream } from '../../src/domain/format-plan.js';
import type { ResponseFormat } from '../../src/domain/transcription.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { ProvidersModule } from '../../src/providers/providers.module.js';
import { SandboxAdapter } from '../../src/providers/sandbox/sandbox.adapter.js';
import { failureRules } from '../../src/routing/failures.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The rows of the table whose first heading is `heading`, as texts of cells without code marks. */
function tableOf(path: string, heading: string): { headings: string[]; rows: string[][] } {
  const lines = read(path).split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line));
  if (start === -1) throw new Error(`${path} has no table '${heading}'`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const [headings = [], , ...rows] = lines.slice(start, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
  return { headings, rows };
}

const words = { native: 'native', synthesised: 'made', refused: 'no', relayed: 'relayed', whole: 'whole' } as const;

function cell(capabilities: Capabilities, heading: string): string {
  if (heading === 'stream') return words[planStream(capabilities, 'json')];
  if (heading === 'translations') return capabilities.tasks.includes('translate') ? 'yes' : 'no';
  const responseFormat = heading as ResponseFormat;
  return words[planFormat(capabilities, { responseFormat, granularities: [], include: [] }).mode];
}

describe("the README's table of formats", () => {
  it('says what the planner decides, for every provider', async () => {
    const module = await Test.createTestingModule({
      imports: [ProvidersModule.with([new SandboxAdapter()])],
    }).compile();
    const registry = module.get(ProviderRegistry);
    await module.close();
    const { headings, rows } = tableOf('README.md', 'Upstream model');
    const expected = rows.map(([name = '']) => {
      // A model's own name may have slashes: together/openai/whisper-large-v3.
      const [provider = '', ...model] = name.replace(/,.*/, '').split('/');
      const adapter = registry.get(provider);
      if (!adapter) throw new Error(`the README names the provider '${provider}', which there is not`);
      return [name, ...headings.slice(1).map((heading) => cell(adapter.capabilities(model.join('/')), heading))];
    });
    expect(rows).toEqual(expected);
    expect(new Set(rows.map(([name]) => name?.split('/')[0]))).toEqual(new Set(registry.names()));
  });
});

describe("the architecture's table of failures", () => {
  it('is the one of the code', () => {
    const yesOrNo = (truth: boolean) => (truth ? 'yes' : 'no');
    expect(tableOf('docs/architecture.md', 'Reason').rows).toEqual(
      Object.entries(failureRules).map(([reason, rule]) => [
        reason,
        String(rule.status),
        rule.code,
        rule.type,
        yesOrNo(rule.callersFault),
        yesOrNo(rule.mayBeBilled),
        rule.retrySame,
        yesOrNo(rule.tryNext),
        rule.circuit,
        yesOrNo(rule.tryWhileCooling),
        String(rule.rank),
      ]),
    );
  });
});
