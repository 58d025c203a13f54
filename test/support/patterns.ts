import ts from 'typescript';
import { createContext, Script } from 'node:vm';

/** A regular expression as it stands in a source file. */
export interface Pattern {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
}

/** What a source file has of regular expressions. */
export interface Patterns {
  /** Literals, and what the arguments of `says` make. */
  readonly written: readonly Pattern[];
  /** Code that makes a pattern when the program runs, which nobody can test. */
  readonly made: readonly string[];
}

/** The regular expressions of a source file. */
export function patternsIn({ path, text }: { readonly path: string; readonly text: string }): Patterns {
  const written: Pattern[] = [];
  const made: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      written.push({ path, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    } else if (isCallOf(node, 'says')) {
      const sentences = [...(node.arguments ?? [])];
      const known = sentences.filter((it) => ts.isStringLiteralLike(it)).map((it) => it.text);
      // One of several takes as long as all of them together, so each is tried alone.
      if (known.length === sentences.length) written.push(...known.map((source) => ({ path, source, flags: 'i' })));
      else made.push(node.getText());
    } else if (isCallOf(node, 'RegExp')) {
      made.push(node.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return { written, made };
}

function isCallOf(node: ts.Node, name: string): node is ts.CallExpression | ts.NewExpression {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  return /^(?:globalThis\.)?(\w+)$/.exec(node.expression.getText())?.[1] === name;
}

/** So many characters: what a linear pattern reads in a few milliseconds takes a quadratic one most of a second, also on a fast machine. */
const LENGTH = 50_000;
/** For one text; linear patterns need a fiftieth of it, so that a busy machine changes nothing. */
const BUDGET_MS = 200;
/**
 * A text is tried in a tenth of that length first, and in the whole only where this takes longer than a glance: a quadratic pattern
 * that takes more than the budget for the whole takes twice the glance for a tenth, and worse ones take far longer.
 */
const SHORTER = 10;
const GLANCE_MS = BUDGET_MS / SHORTER ** 2 / 2;
const COMMON = [...' \n0aA_-/.,:;"`<=+![](é。', '\ud83d\ude00'];
const HEADS = ['', 'a', 'aa', '0', '0.'];

/** Ends what is worse than quadratic, for which it would otherwise be waited in vain. */
const MAX_MS = 10_000;

/** Milliseconds of the processor, for which waiting for a turn does not count. To ask the system takes longer than most patterns. */
const processor = (): number => process.cpuUsage().user / 1000;
const clock = (): number => performance.now();

// One for all patterns: to make a context for each of their beginnings takes longer than to try them.
const context = createContext({ Math, clock, processor, budget: BUDGET_MS, glance: GLANCE_MS });

const attack = new Script(`{
  const timeOf = (text, now) => {
    const begun = now();
    text.replace(pattern, '');
    return now() - begun;
  };
  let slowest = 0;
  for (const unit of units) for (const end of ['\\0', 'a']) {
    const textOf = (characters) => head + unit.repeat(characters / unit.length) + end;
    if (timeOf(textOf(firstLength), clock) <= glance) continue;
    const text = textOf(length);
    let least = timeOf(text, clock);
    // Compiling, a collector that runs beside, and waiting for a turn take their time once, a slow pattern always.
    if (least > budget) least = Math.min(least, timeOf(text, processor));
    slowest = Math.max(slowest, least);
    if (slowest > budget) break;
  }
  slowest;
}`);

/**
 * Whether a pattern takes time in proportion to the text: tried with long runs of every character that is in it, of common
 * ones and of its own words, behind everything that it may begin with, and followed by what it does not expect.
 */
export function isLinear(
  { source, flags }: Pick<Pattern, 'source' | 'flags'>,
  { length = LENGTH, maxMs = MAX_MS }: { readonly length?: number; readonly maxMs?: number } = {},
): boolean {
  const plain = source.replaceAll(/\\[bBdDpPsSwW]/g, '()').replaceAll(/\\([^a-z0-9])/gi, '$1');
  const words = plain.match(/[a-z0-9_ ,:;<>=!"'`/.-]+/gi) ?? [];
  const units = [...new Set([...COMMON, ...source, ...words, `${words.join('a')}a`])].filter((it) => it.isWellFormed());
  const begun = words.map((_, index) => words.slice(0, index + 1));
  const heads = new Set([...HEADS, ...words, ...begun.flatMap((some) => [some.join('a'), some.join('0')])]);
  const pattern = new RegExp(source, flags);
  // Where a pattern reads no more than a beginning, that is short anyway.
  const firstLength = length < LENGTH ? length : length / SHORTER;
  for (const head of heads) {
    Object.assign(context, { pattern, units, head, length, firstLength });
    try {
      if (Number(attack.runInContext(context, { timeout: maxMs })) > BUDGET_MS) return false;
    } catch (error) {
      if (String(error).includes('timed out')) return false;
      throw error;
    }
  }
  return true;
}
