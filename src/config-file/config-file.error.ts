/** Where in a configuration file something is written. */
export interface Location {
  /** As it was given; an included file's starts with the folder of the file that includes it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** Such as `model_list[0].litellm_params.model`; empty for the file itself. */
  readonly path: string;
}

/**
 * What becomes of something that is wrong, gravest first. `unusable`: the gateway does not start, because going on would be
 * unsafe or make no sense. `switched_off`: the deployment gets no traffic. `left_out`: an entry of `model_list` becomes no
 * deployment. `ignored`: a key that nobody knows, or a value that its key cannot have. `no_effect`: a key of LiteLLM's that
 * does nothing here. `note`: anything else that is worth knowing.
 */
export const problemKinds = ['unusable', 'switched_off', 'left_out', 'ignored', 'no_effect', 'note'] as const;
/** One of {@link problemKinds}. */
export type ProblemKind = (typeof problemKinds)[number];

/** Something wrong, or worth knowing, at one place of a configuration file. The message never holds a secret of it. */
export interface Problem extends Location {
  readonly kind: ProblemKind;
  readonly message: string;
}

/** Whether the process log and `check-config` call it an error rather than a warning. */
export function isError({ kind }: Problem): boolean {
  return kind === 'unusable' || kind === 'switched_off';
}

/** Thrown for a configuration file that cannot be used. Holds everything that stops it; messages hold no secrets. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';

  /**
   * @param problems at least one, in the order in which they are to be shown
   * @param summary one line about the whole file; absent where it could not be read
   */
  constructor(
    readonly problems: readonly Problem[],
    summary?: string,
  ) {
    super([...problems.map(formatProblem), ...(summary === undefined ? [] : [summary])].join('\n'));
  }
}

/** One line for people and editors: `config.yaml:12:7 model_list[0].litellm_params.model: ...`. */
export function formatProblem({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column} ${path && `${path}: `}${message}`;
}

/**
 * Collects what is found while a file is read, so that one run shows everything. What several entries share, such as a
 * credential, is told once.
 */
export class Problems {
  private readonly found = new Map<string, Problem>();

  /** Everything so far, each once. */
  get all(): readonly Problem[] {
    return [...this.found.values()];
  }

  /** Those of one kind. */
  of(kind: ProblemKind): readonly Problem[] {
    return this.all.filter((it) => it.kind === kind);
  }

  add(kind: ProblemKind, at: Location, message: string): void {
    this.take([{ ...at, kind, message }]);
  }

  /** What stops the start. */
  stop(at: Location, message: string): void {
    this.add('unusable', at, message);
  }

  /** What was collected apart. */
  take(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const line = formatProblem(problem);
      if (!this.found.has(line)) this.found.set(line, problem);
    }
  }
}

/** File by file, from top to bottom. */
export function byPlace(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (left, right) =>
      files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line || left.column - right.column,
  );
}
