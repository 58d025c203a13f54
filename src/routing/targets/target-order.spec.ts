import type { TargetTree } from '../../domain/target-tree.js';
import { orderTargets } from './target-order.js';

type Tree = TargetTree<string>;

const target = (name: string): Tree => ({ kind: 'target', target: name });
const fallback = (of: readonly (string | Tree)[], onStatuses?: readonly number[]): Tree => ({
  kind: 'fallback',
  onStatuses,
  of: of.map((it) => (typeof it === 'string' ? target(it) : it)),
});
const share = (ticket: number, weights: Readonly<Record<string, number>>): Tree => ({
  kind: 'share',
  ticket,
  of: Object.entries(weights).map(([name, weight]) => ({ weight, tree: target(name) })),
});

/** Who is asked, when each fails with the status that is given for it, or cannot be asked and would fail with it. */
function asked(tree: Tree, failures: Readonly<Record<string, number>>, unusable: readonly string[] = []): string[] {
  const placed = orderTargets(tree, {
    isUsable: (name) => !unusable.includes(name),
    statusesOf: (name) => [failures[name] ?? 500],
  });
  const names: string[] = [];
  let at = placed[0];
  while (at) {
    names.push(at.target);
    const next = at.nextAfter([failures[at.target] ?? 500]);
    at = placed.find(({ position }) => position === next);
  }
  return names;
}

describe('the order of targets', () => {
  it('goes on after every failure where no status is named', () => {
    expect(asked(fallback(['a', 'b', 'c']), { a: 400, b: 500 })).toEqual(['a', 'b', 'c']);
  });

  it('goes on after the statuses that are named only', () => {
    const tree = fallback(['a', 'b', 'c'], [429]);
    expect(asked(tree, { a: 429, b: 500 })).toEqual(['a', 'b']);
    expect(asked(tree, { a: 500 })).toEqual(['a']);
    expect(asked(fallback(['a', 'b'], []), { a: 500 })).toEqual(['a']);
  });

  it('leaves a group with the status of its last target', () => {
    const tree = fallback(['a', fallback(['b', 'c'], [429]), 'd'], [429, 500]);
    expect(asked(tree, { a: 500, b: 429, c: 429 })).toEqual(['a', 'b', 'c', 'd']);
    expect(asked(tree, { a: 500, b: 500 })).toEqual(['a', 'b', 'd']);
    expect(asked(tree, { a: 500, b: 429, c: 400 })).toEqual(['a', 'b', 'c']);
    expect(asked(fallback([fallback(['a', 'b']), 'c'], [503]), { a: 503, b: 500 })).toEqual(['a', 'b']);
  });

  it('counts a target that cannot be asked as failed', () => {
    expect(asked(fallback(['a', 'b']), {}, ['a'])).toEqual(['b']);
    expect(asked(fallback(['a', 'b'], [429]), { a: 429 }, ['a'])).toEqual(['b']);
    expect(asked(fallback(['a', 'b'], [429]), { a: 400 }, ['a'])).toEqual([]);
    expect(asked(fallback(['a', 'b', 'c'], [429]), { a: 429, b: 400 }, ['b'])).toEqual(['a']);
    expect(asked(fallback(['a', 'b', 'c'], [429]), { a: 429, b: 429 }, ['b'])).toEqual(['a', 'c']);
  });

  it('asks one of a share, and nobody instead', () => {
    const weights = { a: 1, b: 2, c: 1 };
    expect([0, 0.24, 0.26, 0.74, 0.76, 0.999].map((ticket) => asked(share(ticket, weights), {}))).toEqual([
      ['a'],
      ['a'],
      ['b'],
      ['b'],
      ['c'],
      ['c'],
    ]);
  });

  it('never asks who has a share of nothing, and shares among those that can be asked', () => {
    for (const ticket of [0, 0.5, 0.999]) {
      expect(asked(share(ticket, { a: 0, b: 1e-300, c: 0 }), {})).toEqual(['b']);
      expect(asked(share(ticket, { a: 9, b: 1 }), {}, ['a'])).toEqual(['b']);
      expect(asked(share(ticket, { a: 9, b: 0 }), {}, ['a'])).toEqual([]);
    }
  });

  it('goes on after a share as after one target', () => {
    const tree = fallback([share(0.9, { a: 1, b: 1 }), 'c'], [503]);
    expect(asked(tree, { b: 503 })).toEqual(['b', 'c']);
    expect(asked(tree, { b: 500 })).toEqual(['b']);
  });
});
