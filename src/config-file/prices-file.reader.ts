import { z } from 'zod';
import type { OwnPrices } from '../config/config.module.js';
import { type PriceEntry, priceEntrySchema } from '../domain/price.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import { byPlace, ConfigFileError, Problems } from './config-file.error.js';
import { didYouMean } from './litellm/closest-name.js';
import { loadFile } from './yaml/file.loader.js';
import {
  describeKind,
  extendPath,
  followPath,
  isNothing,
  type LocatedEntry,
  type LocatedTree,
  plainValue,
} from './yaml/located-tree.js';

const entriesSchema = z.array(priceEntrySchema);

/**
 * Reads the operator's price list (`PRICES_FILE`), YAML or JSON: the entries of a list such as `<x>.prices.ts` by the name of
 * the provider.
 * @throws ConfigFileError with everything that is wrong, and where
 */
export function readPricesFile(path: string, providers: ProviderRegistry): OwnPrices {
  const problems = new Problems();
  const file = loadFile(path, problems);
  const prices = new Map<string, readonly PriceEntry[]>();
  for (const [provider, entry] of file?.entries ?? []) {
    if (providers.get(provider)) prices.set(provider, readEntries(entry, problems));
    else reportUnknownProvider(provider, entry, providers, problems);
  }
  if (problems.all.length > 0) throw new ConfigFileError(byPlace(problems.all));
  return prices;
}

function reportUnknownProvider(
  name: string,
  { keyAt }: LocatedEntry,
  providers: ProviderRegistry,
  problems: Problems,
): void {
  problems.stop(keyAt, `is not a provider${didYouMean(name, providers.names())}`);
}

function readEntries({ value }: LocatedEntry, problems: Problems): readonly PriceEntry[] {
  if (isNothing(value)) return [];
  if (value.kind !== 'list') {
    problems.stop(value.at, `must be a list of prices, not ${describeKind(value)}`);
    return [];
  }
  const parsed = entriesSchema.safeParse(plainValue(value));
  for (const issue of parsed.error?.issues ?? []) reportIssue(issue, value, problems);
  reportTwins(value, problems);
  return parsed.data ?? [];
}

function reportIssue(issue: z.core.$ZodIssue, list: LocatedTree, problems: Problems): void {
  const { tree, missing } = followPath(list, issue.path);
  const [name] = missing;
  if (name !== undefined) {
    problems.stop({ ...tree.at, path: extendPath(tree.at.path, name) }, 'is missing');
  } else if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const keyAt = tree.kind === 'map' ? tree.entries.get(key)?.keyAt : undefined;
      problems.stop(keyAt ?? tree.at, 'is not known here');
    }
  } else {
    problems.stop(tree.at, issue.message);
  }
}

/** Which of two prices for the same model is meant only their `until` can tell. */
function reportTwins(list: LocatedTree, problems: Problems): void {
  const seen = new Set<string>();
  for (const entry of list.kind === 'list' ? list.items : []) {
    const until = followPath(entry, ['until']);
    const models = followPath(entry, ['models']).tree;
    if (models.kind !== 'list') continue;
    for (const model of models.items) {
      const name = JSON.stringify([plainValue(model), until.missing.length > 0 ? null : plainValue(until.tree)]);
      if (seen.has(name)) problems.stop(model.at, 'has a price in this list already');
      seen.add(name);
    }
  }
}
