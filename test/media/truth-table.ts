import { type Kind, kinds } from './kinds.js';
import { errorOf, type Truth, type Verdict, verdicts } from './verdict.js';

/** One file that was measured. */
export interface Finding {
  readonly container: string;
  readonly kind: Kind;
  readonly file: string;
  readonly verdict: Verdict;
  /** Absent = unknown. */
  readonly seconds?: number;
  readonly truth: Truth;
  readonly explanation: string;
}

/** Whether it is what must not be: a wrong duration, or none where a decoder knows it. */
export function isFault({ verdict }: Finding): boolean {
  return verdict === 'wrong' || verdict === 'unknown';
}

const columns = ['files', ...verdicts] as const;

/** The table: a line for each container and kind, then those of all kinds, then of all containers. */
export function truthTable(findings: readonly Finding[]): string {
  const containers = [...new Set(findings.map(({ container }) => container))];
  const lines = containers.flatMap((container) => {
    const own = findings.filter((it) => it.container === container);
    return kinds.map((kind) =>
      lineOf(
        container,
        kind,
        own.filter((it) => it.kind === kind),
      ),
    );
  });
  const sums = kinds.map((kind) =>
    lineOf(
      'all',
      kind,
      findings.filter((it) => it.kind === kind),
    ),
  );
  return [head, ...lines, ...sums, lineOf('all', 'all', findings)].filter((line) => line !== undefined).join('\n');
}

const head = line('container', 'kind', columns, 'worst error');

function lineOf(container: string, kind: string, findings: readonly Finding[]): string | undefined {
  if (findings.length === 0) return undefined;
  const counts = verdicts.map((verdict) => String(findings.filter((it) => it.verdict === verdict).length));
  const worst = Math.max(0, ...findings.map(({ seconds, truth }) => errorOf(seconds, truth)));
  return line(container, kind, [String(findings.length), ...counts], `${worst.toFixed(3)} s`);
}

function line(container: string, kind: string, numbers: readonly string[], worst: string): string {
  return [container.padEnd(10), kind.padEnd(8), ...numbers.map((it) => it.padStart(12)), worst.padStart(18)].join('');
}

/** The faults, one a line: what was measured, what is true. */
export function faultList(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ file, seconds, truth, explanation, verdict }) =>
        `${file}: ${seconds?.toFixed(3) ?? 'unknown'} for ${truth.decodedSeconds?.toFixed(3)}, ${verdict} (${explanation})`,
    )
    .join('\n');
}
