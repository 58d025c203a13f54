/** Where the database tells of its life; a pino logger fits, and so does the console. */
export interface DatabaseLog {
  info(message: string): void;
  warn(message: string): void;
}
