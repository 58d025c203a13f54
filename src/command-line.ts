import { parseArgs } from 'node:util';
import { bannerOf } from './banner.js';
import { ConfigFileError, formatProblem } from './config-file/config-file.error.js';
import { readVariables } from './config/config.module.js';
import { ConfigError } from './config/settings.js';
import { DatabaseSetupError } from './database/database-setup-error.js';
import { ListenError, readConfiguration, startGateway } from './gateway.js';
import { createLogger } from './logging/process-log/process-logger.js';
import { stopOnSignals } from './signals.js';

const USAGE = `usage: auricle [--config FILE]        start the gateway
       auricle check-config FILE    say what is wrong with a configuration file, and do not start
`;

/** Errors whose message tells the administrator everything; a stack trace would only hide it. */
const expectedErrors = [ConfigError, ConfigFileError, DatabaseSetupError, ListenError];

/**
 * Does what the command line says. Ends the process with exit code 1 when the gateway cannot start, and with 2 when the
 * command line is wrong.
 */
export async function runCommand(words: readonly string[]): Promise<void> {
  const { values, positionals } = parse(words);
  const [command, ...operands] = positionals;
  try {
    if (values.help) process.stdout.write(USAGE);
    else if (command === undefined && values.config !== '') await start(values.config);
    else if (command === 'check-config' && operands.length === 1) await checkConfig(String(operands[0]));
    else usage();
  } catch (error) {
    const expected = expectedErrors.some((type) => error instanceof type);
    if (!expected || !(error instanceof Error)) throw error;
    process.stderr.write(`\nAuricle cannot start.\n${error.message}\n\n`);
    process.exit(1);
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch {
    return usage();
  }
}

function usage(): never {
  process.stderr.write(USAGE);
  process.exit(2);
}

/** @throws ConfigError, ConfigFileError with everything that would stop the start */
async function checkConfig(path: string): Promise<void> {
  const { file } = readConfiguration({ ...(await readVariables()), CONFIG_FILE: path });
  const { models = [], warnings = [] } = file ?? {};
  for (const warning of warnings) process.stdout.write(`warning: ${formatProblem(warning)}\n`);
  process.stdout.write(`${path} can be used: ${models.length} models (${models.map(({ name }) => name).join(', ')})\n`);
}

async function start(configFile: string | undefined): Promise<void> {
  const variables = await readVariables();
  const configuration = readConfiguration(
    configFile === undefined ? variables : { ...variables, CONFIG_FILE: configFile },
  );
  const { settings, file } = configuration;
  const logger = createLogger({ level: settings.log_level, format: settings.log_format });
  for (const warning of file?.warnings ?? []) logger.warn(formatProblem(warning));
  const gateway = await startGateway(configuration, logger);
  stopOnSignals(gateway, logger, { reloads: file !== undefined });
  // Whoever reads it may send a signal at once.
  process.stdout.write(bannerOf(gateway));
}
