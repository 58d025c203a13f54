import { targetsOf, type TargetTree } from '../../domain/target-tree.js';

/** A target in its place. */
export interface Placed<Target> {
  readonly target: Target;
  readonly position: number;
  /** As of a planned target; it goes past those that cannot be asked. */
  readonly nextAfter: (statuses: readonly number[]) => number;
}

/** What is known of targets when they are put in order. */
export interface Usability<Target> {
  isUsable(target: Target): boolean;
  /** The HTTP statuses that it would have failed with, had it been asked all the same. */
  statusesOf(target: Target): readonly number[];
}

/** Where a failure leads to, from the innermost group of a target outwards. */
interface Way {
  /** The place of the group's next target; absent = there is none. */
  readonly next?: number;
  readonly onStatuses?: readonly number[];
}

/**
 * The targets of a tree that can be asked, in their order. Of a share one alone is chosen, among those that can be asked.
 * A target that cannot counts as one that has failed.
 */
export function orderTargets<Target>(
  tree: TargetTree<Target>,
  usability: Usability<Target>,
): readonly Placed<Target>[] {
  const placed = place(choose(tree, usability), 0, []);
  const goPast = (position: number): number => {
    const at = placed[position];
    if (!at) return Infinity;
    return usability.isUsable(at.target) ? position : goPast(nextOf(at.ways, usability.statusesOf(at.target)));
  };
  const first = goPast(0);
  return placed.flatMap(({ target, ways }, position) => {
    if (position < first || !usability.isUsable(target)) return [];
    return [{ target, position, nextAfter: (statuses: readonly number[]) => goPast(nextOf(ways, statuses)) }];
  });
}

/** The tree without chance. */
function choose<Target>(tree: TargetTree<Target>, usability: Usability<Target>): TargetTree<Target> {
  if (tree.kind === 'target') return tree;
  if (tree.kind === 'fallback') return { ...tree, of: tree.of.map((it) => choose(it, usability)) };
  const options = tree.of.filter(({ weight }) => weight > 0);
  const usable = options.filter((it) => targetsOf(it.tree).some((target) => usability.isUsable(target)));
  const drawn = draw(usable.length > 0 ? usable : options, tree.ticket);
  return drawn ? choose(drawn.tree, usability) : { kind: 'fallback', of: [] };
}

function draw<Option extends { readonly weight: number }>(
  options: readonly Option[],
  ticket: number,
): Option | undefined {
  let left = ticket * options.reduce((sum, { weight }) => sum + weight, 0);
  return options.find(({ weight }) => (left -= weight) < 0) ?? options.at(-1);
}

function place<Target>(
  tree: TargetTree<Target>,
  position: number,
  outer: readonly Way[],
): readonly { readonly target: Target; readonly ways: readonly Way[] }[] {
  if (tree.kind === 'target') return [{ target: tree.target, ways: outer }];
  const parts = tree.kind === 'fallback' ? tree.of : tree.of.map((it) => it.tree);
  const onStatuses = tree.kind === 'fallback' ? tree.onStatuses : undefined;
  let at = position;
  return parts.flatMap((part, index) => {
    const start = at;
    at += targetsOf(part).length;
    const next = index + 1 < parts.length ? at : undefined;
    return place(part, start, [{ next, onStatuses }, ...outer]);
  });
}

/** A group whose next target is not to be asked has failed with the status of the last one that was. */
function nextOf(ways: readonly Way[], statuses: readonly number[]): number {
  const way = ways.find(
    ({ next, onStatuses }) =>
      next !== undefined && (!onStatuses || statuses.some((status) => onStatuses.includes(status))),
  );
  return way?.next ?? Infinity;
}
