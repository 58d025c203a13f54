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

/** Something wrong, or worth knowing, at one place of a configuration file. The message never holds a value of it. */
export interface Problem extends Location {
  readonly message: string;
}

/** Thrown for a configuration file that cannot be used. Holds everything that is wrong at once; messages hold no values. */
export class ConfigFileError extends Error {
  override readonly name = 'ConfigFileError';

  /** @param problems at least one, in the order in which they are to be shown */
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
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
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];

  error(at: Location, message: string): void {
    add(this.errors, { ...at, message });
  }

  warn(at: Location, message: string): void {
    add(this.warnings, { ...at, message });
  }

  /** @throws ConfigFileError when there is any error */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new ConfigFileError(byPlace(this.errors));
  }
}

function add(problems: Problem[], problem: Problem): void {
  const line = formatProblem(problem);
  if (!problems.some((it) => formatProblem(it) === line)) problems.push(problem);
}

/** File by file, from top to bottom. */
export function byPlace(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (left, right) =>
      files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line || left.column - right.column,
  );
}
