import { packageFile } from './config/package-file.js';
import type { Gateway } from './gateway.js';

const SAMPLE = packageFile('assets/speech.wav');

/**
 * What a newcomer reads after the start: where things are, and one line to try it with. It has the master key only where
 * the gateway has made it and only for eyes: other output is collected and kept.
 */
export function bannerOf(
  { settings, secrets, port, database, models }: Pick<Gateway, 'settings' | 'secrets' | 'port' | 'database' | 'models'>,
  { isTerminal }: { readonly isTerminal: boolean },
): string {
  const origin = `http://localhost:${port}`;
  const isShown = settings.show_master_key && isTerminal && secrets.masterKeySource === 'file';
  const key = isShown ? secrets.masterKey : undefined;
  const orFile = settings.config_file === undefined ? '' : ` or ${settings.config_file}`;
  const source =
    secrets.masterKeySource === 'environment' ? `from MASTER_KEY${orFile}` : `kept in ${secrets.masterKeyFile}`;
  const keyInShell =
    key ?? (secrets.masterKeySource === 'environment' ? '$MASTER_KEY' : `$(cat "${secrets.masterKeyFile}")`);
  const workers = settings.workers > 1 ? `\n  Workers       ${settings.workers}` : '';
  const model = models.find((name) => name === 'sandbox') ?? models[0] ?? 'MODEL';
  return `
  Auricle is ready.

  Dashboard     ${origin}/ui/
  API base      ${origin}/v1
  Swagger UI    ${origin}/docs
  Master key    ${key ? `${key}  (${source})` : source}
  Database      ${database === 'embedded' ? `embedded PostgreSQL in ${settings.data_dir}` : `PostgreSQL at DATABASE_URL${orFile}`}${workers}
  Models        ${models.length > 0 ? models.join(', ') : 'none yet: set OPENAI_API_KEY or use POST /admin/v1/models'}

  Try it:
  curl ${origin}/v1/audio/transcriptions -H "Authorization: Bearer ${keyInShell}" -F model=${model} -F "file=@${SAMPLE}"

`;
}
