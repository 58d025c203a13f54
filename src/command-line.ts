import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { bannerOf } from './banner.js';
import { formatProblem, isError } from './config-file/config-file.error.js';
import { formatSummary, summaryOf } from './config-file/config-file.summary.js';
import type { Variables } from './config/settings.js';
import type { Configuration } from './configuration.js';
import { describeRules } from './domain/issuing-rules.js';
import { isExpected } from './expected-errors.js';
import { createLogger } from './process-log/process-logger.js';
import { startUnderSignals } from './signals.js';

const USAGE = `usage: auricle [--config FILE]                 start the gateway
       auricle check-config [--strict] FILE  say what becomes of a configuration file, and do not start
       auricle ledger verify [--repair] [--json] [--config FILE]
                                             compare what the ledger adds up with its rows
       auricle rotate-encryption-key [--new-key | --dry-run | --check] [--json] [--config FILE]
                                             encrypt stored secrets with the current encryption key

--strict takes everything that is told of the file for an error, as STRICT_CONFIG=true does.
--repair makes sums and spend what the rows come to; also while the gateway is running.
--new-key makes a new key first, where the gateway keeps it in its data folder.
--dry-run only tries; --check only counts which secrets have which key.
--json   writes one JSON object a line.

exit codes: 0 the file can be used, the ledger adds up or was repaired, all secrets have the current key, or the gateway has
              stopped as it was told
            1 the file cannot be used, the ledger does not add up, secrets have another key, or the gateway cannot start
            2 the command line is wrong, or the ledger or the secrets cannot be gone through
`;

/**
 * Does what the command line says, and loads what that takes: no gateway to answer `--help`. Ends the process with exit code 1
 * when the gateway cannot start, and with 2 when the command line is wrong.
 */
export async function runCommand(words: readonly string[]): Promise<void> {
  const { values, positionals } = parse(words);
  const [command, ...operands] = positionals;
  const isVerification = command === 'ledger' && operands.length === 1 && operands[0] === 'verify';
  const isRotation = command === 'rotate-encryption-key' && operands.length === 0;
  const { 'new-key': newKey, 'dry-run': dryRun, check } = values;
  const rotations = [newKey, dryRun, check].filter(Boolean).length;
  try {
    if (values.help) process.stdout.write(USAGE);
    else if (values.config === '') usage();
    else if (isRotation && !values.strict && !values.repair && rotations <= 1) await rotate(values);
    else if (rotations > 0) usage();
    else if (isVerification && !values.strict) await verify(values);
    else if (values.repair || values.json) usage();
    else if (command === undefined && !values.strict) await start(values.config);
    else if (command === 'check-config' && operands.length === 1) await checkConfig(String(operands[0]), values.strict);
    else usage();
  } catch (error) {
    if (!isExpected(error)) throw error;
    const isGateway = !isVerification && !isRotation;
    process.stderr.write(`\n${isGateway ? 'Auricle cannot start.\n' : ''}${error.message}\n\n`);
    process.exit(isGateway ? 1 : 2);
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        check: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        'new-key': { type: 'boolean' },
        config: { type: 'string', short: 'c' },
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        repair: { type: 'boolean' },
        strict: { type: 'boolean' },
      },
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
async function checkConfig(path: string, isStrict = false): Promise<void> {
  const { file } = await configurationOf({ CONFIG_FILE: path, ...(isStrict && { STRICT_CONFIG: 'true' }) });
  if (!file) throw new Error('no file was read');
  for (const problem of file.problems) {
    process.stdout.write(`${isError(problem) ? 'error' : 'warning'}: ${formatProblem(problem)}\n`);
  }
  for (const rule of describeRules(file.issuing)) process.stdout.write(`rule: ${rule}\n`);
  process.stdout.write(`${path} can be used: ${formatSummary(summaryOf(file))}\n`);
}

async function verify({
  config,
  repair = false,
  json = false,
}: {
  readonly config?: string;
  readonly repair?: boolean;
  readonly json?: boolean;
}): Promise<void> {
  await runOnConfiguration(config, async (configuration, logger, signal) => {
    const { runVerifyCommand } = await import('./verify-command.js');
    return await runVerifyCommand(configuration, { repair, json, logger, signal });
  });
}

async function rotate({
  config,
  json = false,
  check = false,
  'dry-run': dryRun = false,
  'new-key': newKey = false,
}: {
  readonly config?: string;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly 'dry-run'?: boolean;
  readonly 'new-key'?: boolean;
}): Promise<void> {
  await runOnConfiguration(config, async (configuration, logger, signal) => {
    const { runRotateCommand } = await import('./rotate-command.js');
    const mode = check ? 'check' : dryRun ? 'dry-run' : 'rotate';
    return await runRotateCommand(configuration, { mode, newKey, json, logger, signal });
  });
}

/** Runs a command that answers yes or no, until a signal comes or nobody reads it. */
async function runOnConfiguration(
  config: string | undefined,
  run: (configuration: Configuration, logger: Logger, signal: AbortSignal) => Promise<boolean>,
): Promise<void> {
  const configuration = await configurationOf(namedBy(config));
  const broken = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => broken.abort(new Error(signal)));
  // Whoever reads it may leave before the end.
  process.stdout.on('error', () => broken.abort(new Error('nobody reads the output')));
  const logger = createLogger({ level: 'silent' });
  try {
    process.exitCode = (await run(configuration, logger, broken.signal)) ? 0 : 1;
  } catch (error) {
    if (error !== broken.signal.reason) throw error;
    process.exitCode = 2;
  }
}

/** @param own what the command line says, before the variables of the environment */
async function configurationOf(own: Variables): Promise<Configuration> {
  const [{ readVariables }, { readConfiguration }] = await Promise.all([
    import('./config/config.module.js'),
    import('./configuration.js'),
  ]);
  return readConfiguration({ ...(await readVariables()), ...own });
}

function namedBy(configFile: string | undefined): Variables {
  return configFile === undefined ? {} : { CONFIG_FILE: configFile };
}

async function start(configFile: string | undefined): Promise<void> {
  const configuration = await configurationOf(namedBy(configFile));
  const { settings, file } = configuration;
  const logger = createLogger({ level: settings.log_level, format: settings.log_format });
  // The catalogue tells of deployments that are switched off, with their ids.
  for (const note of file?.problems.filter((it) => !isError(it)) ?? []) logger.warn(formatProblem(note));
  if (file) logger.info(`${file.path}: ${formatSummary(summaryOf(file))}`);
  const load = async (signal: AbortSignal) => {
    if (settings.workers > 1) {
      const { startSupervisor } = await import('./supervisor.js');
      return await startSupervisor({ configuration, configFile, logger, signal });
    }
    const { startGateway } = await import('./gateway.js');
    return await startGateway(configuration, logger, signal);
  };
  const gateway = await startUnderSignals(load, logger, { reloads: file !== undefined });
  // Whoever reads it may send a signal at once.
  process.stdout.write(bannerOf(gateway, { isTerminal: process.stdout.isTTY }));
}
