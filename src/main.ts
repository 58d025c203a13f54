#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { bannerOf } from './banner.js';
import { formatProblem } from './config/gateway-file/gateway-file.error.js';
import { readGatewayFile } from './config/gateway-file/gateway-file.reader.js';
import { readSettingsWithFile } from './config/settings.js';
import { checkGatewayFile, startGateway } from './gateway.js';
import { createLogger } from './http/logger.js';

const USAGE = `usage: auricle [--config FILE]        start the gateway
       auricle check-config FILE    say what is wrong with a configuration file, and do not start
`;

/** Errors whose message tells the administrator everything; a stack trace would only hide it. */
const expectedErrors = new Set(['ConfigError', 'DatabaseSetupError', 'GatewayFileError', 'ListenError']);

try {
  const { values, positionals } = readArguments();
  const [command, ...operands] = positionals;
  if (values.help) process.stdout.write(USAGE);
  else if (command === undefined && values.config !== '') await start(values.config);
  else if (command === 'check-config' && operands.length === 1) await checkConfig(String(operands[0]));
  else usage();
} catch (error) {
  if (!(error instanceof Error && expectedErrors.has(error.name))) throw error;
  process.stderr.write(`\nAuricle cannot start.\n${error.message}\n\n`);
  process.exit(1);
}

function readArguments() {
  try {
    return parseArgs({
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

/** Throws GatewayFileError with everything that is wrong. */
async function checkConfig(path: string): Promise<void> {
  const file = readGatewayFile(path);
  const { models, warnings } = file;
  await checkGatewayFile(file);
  for (const warning of warnings) process.stdout.write(`warning: ${formatProblem(warning)}\n`);
  process.stdout.write(`${path} can be used: ${models.size} models (${[...models.keys()].join(', ')})\n`);
}

async function start(configFile: string | undefined): Promise<void> {
  const settings = readSettingsWithFile(configFile);
  const { config, file } = settings;
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  for (const warning of file?.warnings ?? []) logger.warn(formatProblem(warning));
  const gateway = await startGateway(settings, logger);

  let stopping = false;
  const stop = (why: string, exitCode: number): void => {
    if (stopping) {
      logger.warn('stopping at once');
      process.exit(1);
    }
    stopping = true;
    logger.info(`${why}: finishing what is running, then stopping`);
    gateway.stop().then(
      (complete) => process.exit(complete ? exitCode : 1),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => stop('SIGINT', 0));
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  // Without a file to read again, the signal means what it always has: the terminal is gone.
  process.on('SIGHUP', () => (file ? void gateway.reload() : stop('SIGHUP', 0)));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    stop('uncaught exception', 1);
  });
  // Whoever reads it may send a signal at once.
  process.stdout.write(bannerOf(gateway));
}
