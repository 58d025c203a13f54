/** The operating system account that PostgreSQL runs under while the gateway itself is root. */
export interface PostgresAccount {
  /** For messages: `postgres`, or `uid 1000`. */
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}
