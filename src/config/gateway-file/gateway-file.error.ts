import type { GatewayFileLocation, GatewayFileProblem } from '../../domain/gateway-file.js';

/** Thrown for a gateway file that cannot be used. Holds everything that is wrong at once; messages hold no values. */
export class GatewayFileError extends Error {
  override readonly name = 'GatewayFileError';

  /** @param problems at least one, in the order in which they are to be shown */
  constructor(readonly problems: readonly GatewayFileProblem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** One line for people and editors: `config.yaml:12:7 model_list[0].litellm_params.model: ...`. */
export function formatProblem({ file, line, column, path, message }: GatewayFileProblem): string {
  return `${file}:${line}:${column} ${path && `${path}: `}${message}`;
}

/**
 * Collects what is found while a file is read, so that one run shows everything. What several entries share, such as a
 * credential, is told once.
 */
export class GatewayFileProblems {
  readonly errors: GatewayFileProblem[] = [];
  readonly warnings: GatewayFileProblem[] = [];

  error(at: GatewayFileLocation, message: string): void {
    add(this.errors, { ...at, message });
  }

  warn(at: GatewayFileLocation, message: string): void {
    add(this.warnings, { ...at, message });
  }

  /** @throws GatewayFileError when there is any error */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new GatewayFileError(byPlace(this.errors));
  }
}

function add(problems: GatewayFileProblem[], problem: GatewayFileProblem): void {
  const line = formatProblem(problem);
  if (!problems.some((it) => formatProblem(it) === line)) problems.push(problem);
}

/** File by file, from top to bottom. */
export function byPlace(problems: readonly GatewayFileProblem[]): readonly GatewayFileProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (left, right) =>
      files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line || left.column - right.column,
  );
}
