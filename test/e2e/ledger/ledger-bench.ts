import { Client } from 'pg';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type Replacements, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';

/** Six seconds; the simulated whisper claims to have billed nine. */
const WAV = makeWav({ durationSeconds: 6, toneHz: 440 });

/** What nine seconds of whisper-1 cost. */
export const COST_NANO_USD = 900_000n;

/** A gateway in front of a simulated OpenAI, with a direct connection to its database. */
export class LedgerBench {
  private constructor(
    readonly gateway: TestGateway,
    readonly simulator: OpenAiSimulator,
    readonly database: Client,
  ) {}

  static async start(environment: Record<string, string> = {}, replacements: Replacements = []): Promise<LedgerBench> {
    const simulator = await OpenAiSimulator.start();
    const gateway = await startTestGateway(environment, replacements);
    await gateway.createModel('whisper', simulator.url, { api_key: SIMULATOR_KEY });
    await gateway.createModel('gpt4o', simulator.url, {
      api_key: SIMULATOR_KEY,
      upstream_model: 'gpt-4o-transcribe',
    });
    const database = new Client({ connectionString: gateway.databaseUrl });
    // It is cut off with all others where a test takes the database away.
    database.on('error', () => undefined);
    await database.connect();
    return new LedgerBench(gateway, simulator, database);
  }

  /** Sends one request and reads its answer to the end. */
  async transcribe(
    key: string,
    fields: Record<string, string> = {},
    { file = WAV, filename = 'speech.wav' }: { file?: Buffer; filename?: string } = {},
  ): Promise<{ status: number; text: string; id: string; warning: string | null }> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ model: 'whisper', ...fields })) form.append(name, value);
    form.append('file', new File([Uint8Array.from(file)], filename));
    const response = await fetch(`${this.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
    return {
      status: response.status,
      text: await response.text(),
      id: response.headers.get('x-request-id') ?? '',
      warning: response.headers.get('x-auricle-warning'),
    };
  }

  /** Makes every write of the ledger wait until the returned function is called. */
  async holdWrites(): Promise<() => Promise<void>> {
    await this.database.query('BEGIN');
    await this.database.query('LOCK TABLE request_log IN SHARE MODE');
    return async () => {
      await this.database.query('COMMIT');
    };
  }

  /** Ids in the table, oldest first: what is really stored, without the gateway's help. */
  async storedIds(): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>('SELECT id FROM request_log ORDER BY id');
    return rows.map(({ id }) => id);
  }

  async spendOf(keyId: string): Promise<bigint> {
    const { rows } = await this.database.query<{ spend: string }>(
      'SELECT spend_nano_usd AS spend FROM virtual_key WHERE id = $1',
      [keyId],
    );
    return BigInt(rows[0]?.spend ?? -1);
  }

  async close(): Promise<void> {
    await this.database.end().catch(() => undefined);
    await this.gateway.close();
    await this.simulator.close();
  }
}
