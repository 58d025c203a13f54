import type { Problems } from '../config-file.error.js';
import { describeKind, isNothing, type LocatedScalar, type LocatedTree } from './located-tree.js';

const PREFIX = 'os.environ/';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The variables that a file may use: the environment's, and over them those that the file declares. */
export class FileVariables {
  private readonly declared = new Map<string, string>();

  constructor(
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly problems: Problems,
  ) {}

  /**
   * Takes the section `environment_variables`. Its values may name variables of the environment and those declared
   * before them, so that `NAME: os.environ/NAME` is the environment's.
   */
  declare(section: LocatedTree): void {
    if (isNothing(section)) return;
    if (section.kind !== 'map') {
      this.problems.error(section.at, `must be a map of variables, not ${describeKind(section)}`);
      return;
    }
    for (const [name, { keyAt, value }] of section.entries) {
      if (!NAME.test(name)) {
        this.problems.error({ ...keyAt, path: section.at.path }, 'the key is no name of a variable');
      } else if (value.kind !== 'scalar') {
        this.problems.error(value.at, `must be text, not ${describeKind(value)}`);
      } else {
        const resolved = this.resolveScalar(value);
        // A number or a switch means what is written: LiteLLM makes text of it.
        const text = typeof resolved.value === 'string' ? resolved.value : resolved.source;
        if (!resolved.broken) this.declared.set(name, text);
      }
    }
  }

  /** The value, `undefined` when the variable is not set or empty. */
  get(name: string): string | undefined {
    // Not through the prototype: a variable may be called `constructor`.
    const inherited = Object.hasOwn(this.environment, name) ? this.environment[name] : undefined;
    return (this.declared.get(name) ?? inherited)?.trim() || undefined;
  }

  /** The value with every `os.environ/NAME` in it replaced; what has no value is reported and marked as broken. */
  resolve(tree: LocatedTree): LocatedTree {
    if (tree.kind === 'scalar') return this.resolveScalar(tree);
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => this.resolve(item)) };
    const entries = [...tree.entries].map(
      ([key, { keyAt, value }]) => [key, { keyAt, value: this.resolve(value) }] as const,
    );
    return { ...tree, entries: new Map(entries) };
  }

  private resolveScalar(scalar: LocatedScalar): LocatedScalar {
    const { value } = scalar;
    if (typeof value !== 'string' || !value.includes(PREFIX)) return scalar;
    const complain = (message: string): LocatedScalar => {
      this.problems.error(scalar.at, message);
      return { ...scalar, broken: true };
    };
    const text = value.trim();
    if (!text.startsWith(PREFIX)) return complain(`${PREFIX}NAME must be the whole value`);
    const name = text.slice(PREFIX.length);
    if (!NAME.test(name)) return complain(`${PREFIX} must be followed by the name of a variable`);
    const resolved = this.get(name);
    return resolved === undefined
      ? complain(`the environment variable ${name} is not set`)
      : { ...scalar, value: resolved, source: resolved };
  }
}
