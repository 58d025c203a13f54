import { readFileSync } from 'node:fs';
import { failureRules } from '../../src/routing/failure-rules.js';

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
        'maxRetries' in rule ? `${rule.retrySame}, ${rule.maxRetries} at most` : rule.retrySame,
        rule.tryNext.replace('_', ' '),
        rule.circuit,
        yesOrNo(rule.clientMayRetry),
        yesOrNo(rule.tryWhileCooling),
        String(rule.rank),
      ]),
    );
  });
});
