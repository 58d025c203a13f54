import { Client } from 'pg';

/** The row of a request as it is stored, by columns. It has been written once the admin API has shown it. */
export async function storedLog(databaseUrl: string, id: string): Promise<Record<string, unknown>> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<Record<string, unknown>>('SELECT * FROM request_log WHERE id = $1', [id]);
    const [row] = rows;
    if (!row) throw new Error(`there is no row of ${id}`);
    return row;
  } finally {
    await database.end();
  }
}
