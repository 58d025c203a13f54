import { readConfig, type Config } from './env.js';
import { readGatewayFile, type ReadGatewayFile } from './gateway-file/gateway-file.reader.js';

/** What an administrator has set. */
export interface Settings {
  readonly config: Config;
  readonly file?: ReadGatewayFile;
}

/** The settings of a process that was told on its command line which gateway file to use, or nothing. */
export function readSettingsWithFile(configFile: string | undefined): Settings {
  return readSettings(configFile === undefined ? process.env : { ...process.env, CONFIG_FILE: configFile });
}

/**
 * Reads the environment, and the gateway file that it or the command line names.
 * @throws ConfigError, GatewayFileError
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const config = readConfig(environment);
  const { configFile } = config;
  if (configFile === undefined) return { config };
  const file = readGatewayFile(configFile, environment);
  return { config: readConfig(environment, file), file };
}
