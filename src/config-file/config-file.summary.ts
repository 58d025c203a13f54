import type { DeclaredModel } from '../models/declared-model.js';
import type { Problem } from './config-file.error.js';
import type { LeftOutEntry } from './litellm/left-out.js';

/** What becomes of a file, counted. */
export interface FileSummary {
  /** Models with a deployment that can be used. */
  readonly served: readonly string[];
  /** Entries of `model_list` that become no deployment. */
  readonly leftOut: number;
  /** Keys that nobody knows, that do nothing here, or whose value is ignored. */
  readonly ignoredKeys: number;
  /** Deployments that something is wrong with. */
  readonly switchedOff: number;
}

/** What a file has become, as far as it is counted. */
interface Counted {
  readonly models: readonly DeclaredModel[];
  readonly leftOut: readonly LeftOutEntry[];
  readonly problems: readonly Problem[];
}

/** Counts what becomes of a file. */
export function summaryOf({ models, leftOut, problems }: Counted): FileSummary {
  const deployments = models.flatMap((model) => model.deployments);
  return {
    served: models
      .filter((model) => model.deployments.some(({ error }) => error === undefined))
      .map(({ name }) => name),
    leftOut: leftOut.length,
    ignoredKeys: problems.filter(({ kind }) => kind === 'ignored' || kind === 'no_effect').length,
    switchedOff: deployments.filter(({ error }) => error !== undefined).length,
  };
}

/** One line for people: `served 2 (whisper, voxtral), left out 3, ignored keys 1, switched off 0`. */
export function formatSummary({ served, leftOut, ignoredKeys, switchedOff }: FileSummary): string {
  const names = served.length === 0 ? '' : ` (${served.join(', ')})`;
  return `served ${served.length}${names}, left out ${leftOut}, ignored keys ${ignoredKeys}, switched off ${switchedOff}`;
}
