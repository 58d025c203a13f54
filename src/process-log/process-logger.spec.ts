import { pino } from 'pino';
import { readSettings, variablesOf } from '../config/settings.js';
import { createLogger } from './process-logger.js';

function written(fields: object): string {
  const logger = createLogger({ level: 'info', format: 'json' });
  const lines: string[] = [];
  Object.assign(logger, { [pino.symbols.streamSym]: { write: (line: string) => lines.push(line) } });
  logger.info(fields, 'told');
  return lines.join('');
}

describe('the process log', () => {
  const secret = 'sk-0123456789-0123456789';
  const settings = readSettings(
    variablesOf({
      MASTER_KEY: secret,
      ENCRYPTION_KEY: Buffer.from(secret.padEnd(32)).toString('hex'),
      DATABASE_URL: `postgresql://auricle:${secret}@db/auricle`,
      TRANSLATION_API_BASE: 'http://chat/v1',
      TRANSLATION_MODEL: 'm',
      TRANSLATION_API_KEY: secret,
    }),
  );

  it.each([
    ['by themselves', settings],
    ['under a name', { settings }],
    ['two deep', { facts: { settings } }],
  ])('writes the settings without their secrets, %s', (_, fields) => {
    const line = written(fields);
    expect(line).toContain('told');
    expect(line).toContain('"translation_model":"m"');
    expect(line).not.toContain(secret);
    expect(line).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it.each(['apiKey', 'api_key', 'authorization', 'password'])('keeps %s to itself', (field) => {
    expect(written({ deployment: { [field]: secret } })).not.toContain(secret);
  });
});
