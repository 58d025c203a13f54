import type { Location, Problems } from '../config-file.error.js';
import { isNothing, type LocatedScalar, type LocatedTree, mustBe } from './located-tree.js';

const PREFIX = 'os.environ/';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Told of a value that cannot be had; the message names the variable. */
export type Complaint = (at: Location, message: string) => void;

/** The variables that a file may use: the environment's, and over them those that the file declares. */
export class FileVariables {
  private readonly declared = new Map<string, { readonly text: string; readonly keyAt: Location }>();

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  /**
   * Takes the section `environment_variables`. Its values may name variables of the environment and those declared
   * before them, so that `NAME: os.environ/NAME` is the environment's. What has no value is not declared: who uses it says
   * so too.
   */
  declare(section: LocatedTree, problems: Problems): void {
    const complain: Complaint = (at, message) => problems.add('ignored', at, message);
    if (isNothing(section)) return;
    if (section.kind !== 'map') {
      complain(section.at, mustBe('a map of variables', section));
      return;
    }
    for (const [name, { keyAt, value }] of section.entries) {
      if (!NAME.test(name)) {
        complain({ ...keyAt, path: section.at.path }, 'the key is no name of a variable');
      } else if (value.kind !== 'scalar') {
        complain(value.at, mustBe('text', value));
      } else {
        const resolved = this.resolveScalar(value, complain);
        // A number or a switch means what is written: LiteLLM makes text of it.
        const text = typeof resolved.value === 'string' ? resolved.value : resolved.source;
        if (!resolved.broken) this.declared.set(name, { text, keyAt });
      }
    }
  }

  /** The value, `undefined` when the variable is not set or empty. */
  get(name: string): string | undefined {
    // Not through the prototype: a variable may be called `constructor`.
    const inherited = Object.hasOwn(this.environment, name) ? this.environment[name] : undefined;
    return (this.declared.get(name)?.text ?? inherited)?.trim() || undefined;
  }

  /** Where the file declares it; undefined = it is the environment's, or not set. */
  placeOf(name: string): Location | undefined {
    return this.declared.get(name)?.keyAt;
  }

  /** The value with every `os.environ/NAME` in it replaced; what has no value is complained of and marked as broken. */
  resolve(tree: LocatedTree, complain: Complaint): LocatedTree {
    if (tree.kind === 'scalar') return this.resolveScalar(tree, complain);
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => this.resolve(item, complain)) };
    const entries = [...tree.entries].map(
      ([key, { keyAt, value }]) => [key, { keyAt, value: this.resolve(value, complain) }] as const,
    );
    return { ...tree, entries: new Map(entries) };
  }

  private resolveScalar(scalar: LocatedScalar, complain: Complaint): LocatedScalar {
    const { value } = scalar;
    if (typeof value !== 'string' || !value.includes(PREFIX)) return scalar;
    const broken = (message: string): LocatedScalar => {
      complain(scalar.at, message);
      return { ...scalar, broken: true };
    };
    const text = value.trim();
    if (!text.startsWith(PREFIX)) return broken(`${PREFIX}NAME must be the whole value`);
    const name = text.slice(PREFIX.length);
    if (!NAME.test(name)) return broken(`${PREFIX} must be followed by the name of a variable`);
    const resolved = this.get(name);
    return resolved === undefined
      ? broken(`the environment variable ${name} is not set`)
      : { ...scalar, value: resolved, source: resolved };
  }
}
