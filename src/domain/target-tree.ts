/**
 * In which order the targets of a request are asked, where its client has laid that out: one alone; several in turn, until
 * one answers; or one of several, chosen by chance.
 */
export type TargetTree<Target> =
  | { readonly kind: 'target'; readonly target: Target }
  | {
      readonly kind: 'fallback';
      /** HTTP statuses of a target after which the next one is asked; absent = all but success. */
      readonly onStatuses?: readonly number[];
      readonly of: readonly TargetTree<Target>[];
    }
  | {
      readonly kind: 'share';
      /** Who is chosen, 0 to 1 and less than that: drawn once for each request, however often it is planned. */
      readonly ticket: number;
      /** The share of each, 0 or more; 0 = none. */
      readonly of: readonly { readonly weight: number; readonly tree: TargetTree<Target> }[];
    };

/** The same tree of other targets. */
export function mapTargets<From, To>(tree: TargetTree<From>, map: (target: From) => To): TargetTree<To> {
  if (tree.kind === 'target') return { kind: 'target', target: map(tree.target) };
  if (tree.kind === 'fallback') return { ...tree, of: tree.of.map((it) => mapTargets(it, map)) };
  return { ...tree, of: tree.of.map(({ weight, tree: it }) => ({ weight, tree: mapTargets(it, map) })) };
}

/** Every target of the tree, in the order in which they were written. */
export function targetsOf<Target>(tree: TargetTree<Target>): readonly Target[] {
  if (tree.kind === 'target') return [tree.target];
  if (tree.kind === 'fallback') return tree.of.flatMap(targetsOf);
  return tree.of.flatMap(({ tree: it }) => targetsOf(it));
}

/** The target that is asked first; undefined where chance decides that. */
export function firstTarget<Target>(tree: TargetTree<Target>): Target | undefined {
  if (tree.kind === 'target') return tree.target;
  const [first] = tree.kind === 'fallback' ? tree.of : [];
  return first && firstTarget(first);
}

/** How a target is asked, where its client has a say in that. */
export interface TargetSettings {
  /** Where it is in what the client has sent, such as `config.targets[1]`. */
  readonly path: string;
  /** Further attempts: how many, and after which HTTP statuses; absent = as of any request. */
  readonly retry?: { readonly attempts: number; readonly onStatuses: readonly number[] };
  /** How long one attempt may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** Whom the caller pays for it; absent = the deployments of the gateway. */
  readonly access?: CallersAccess;
}

/** A caller's own access to a provider, for one request. */
export interface CallersAccess {
  readonly provider: string;
  /** The secret in the clear; never logged, never stored. */
  readonly apiKey?: string;
  /** Overrides the provider's base URL; without a trailing slash. */
  readonly apiBase?: string;
}
