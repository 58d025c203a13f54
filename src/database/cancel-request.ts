import { Client, type ClientConfig, type PoolClient } from 'pg';

declare module 'pg' {
  /** What pg has and its types do not tell. */
  interface ClientBase {
    /** By what the server knows the connection; null before it is open. */
    readonly processID: number | null;
    readonly secretKey: number | null;
  }
  interface Connection {
    startup: (parameters: object) => void;
    cancel: (processID: number, secretKey: number) => void;
  }
}

/**
 * Asks the server to end the statement under way on a connection: by PostgreSQL's cancel request, which needs no free connection, and
 * which PgBouncer passes on.
 * @param config as the connection was opened with
 * @returns resolves when the server has taken it, or cannot be had; the statement may have ended by itself meanwhile
 */
export async function requestCancel({ processID, secretKey }: PoolClient, config: ClientConfig): Promise<void> {
  if (processID === null || secretKey === null) return;
  const client = new Client(config);
  // Where another connection, with TLS or without, would begin to introduce itself. The server's answer is that it hangs up.
  client.connection.startup = () => client.connection.cancel(processID, secretKey);
  await client.connect().catch(() => undefined);
}
