import { readConfigFile, type ConfigFile } from './config-file/config-file.reader.js';
import { readPricesFile } from './config-file/prices-file.reader.js';
import type { OwnPrices } from './config/config.module.js';
import { readSettings, type Variables } from './config/settings.js';
import type { Settings } from './config/settings.schema.js';
import { builtInProviders } from './providers/built-in-providers.js';
import { ProviderHttp } from './providers/provider-http.js';
import { ProviderRegistry } from './providers/provider-registry.js';

/** What an operator has said, before anything is started. */
export interface Configuration {
  readonly variables: Variables;
  readonly settings: Settings;
  /** The configuration file; undefined where there is none. */
  readonly file?: ConfigFile;
  /** The operator's price list; undefined where there is none. */
  readonly prices?: OwnPrices;
}

/**
 * Reads the settings, and the configuration file and the price list that they name: every provider is asked, none is called.
 * Starts nothing.
 * @throws ConfigError, ConfigFileError
 */
export function readConfiguration(variables: Variables): Configuration {
  const { config_file: path, strict_config: strict } = readSettings(variables);
  const providers = () => new ProviderRegistry(builtInProviders(new ProviderHttp()));
  const file = path === undefined ? undefined : readConfigFile(path, providers(), variables, { strict });
  const settings = readSettings(variables, file?.settings);
  const { prices_file: list } = settings;
  return { variables, file, settings, prices: list === undefined ? undefined : readPricesFile(list, providers()) };
}
