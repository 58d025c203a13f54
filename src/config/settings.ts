import { withNamedSecrets } from './oidc-issuers.schema.js';
import { settingsSchema, variableOf, type SaidSettings, type Settings } from './settings.schema.js';

/** Environment variables that are set, by name. */
export type Variables = Readonly<Record<string, string>>;

/** Who says a setting. */
export type SettingOrigin =
  /** Nobody. */
  | { readonly source: 'default' }
  | { readonly source: 'environment'; readonly variable: string }
  | {
      readonly source: 'file';
      /** As it was given; an included file's starts with the folder of the file that includes it. */
      readonly file: string;
      /** From 1. */
      readonly line: number;
      /** The key that becomes it, such as `router_settings.num_retries`. */
      readonly key: string;
    };

/** Who says the settings that a configuration file says, by their names. */
export type FileOrigins = ReadonlyMap<string, SettingOrigin>;

/** Thrown for settings that cannot be used. Names variables, never values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The variables that say something: an empty one counts as unset. */
export function variablesOf(environment: NodeJS.ProcessEnv): Variables {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
}

/**
 * The settings that variables say, over those of the configuration file, over the defaults.
 * @throws ConfigError naming everything that is wrong
 */
export function readSettings(variables: Variables, ofFile: SaidSettings = {}): Settings {
  const said: Record<string, unknown> = { ...ofFile };
  for (const setting of Object.keys(settingsSchema.in.shape)) {
    if (isSaidByVariable(setting, variables)) said[setting] = variables[variableOf(setting)];
  }
  const parsed = settingsSchema.safeParse(said);
  if (!parsed.success) throw unusable(parsed.error.issues);
  const named = withNamedSecrets(parsed.data.oidc_issuers ?? [], variables);
  if ('message' in named) throw unusable([{ ...named, path: ['oidc_issuers', ...named.path] }]);
  return Object.freeze({ ...parsed.data, ...(parsed.data.oidc_issuers && { oidc_issuers: named.issuers }) });
}

function unusable(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): ConfigError {
  const problems = issues.map(
    ({ path: [setting = '', ...within], message }) => `${variableOf(String(setting))}${placeOf(within)} ${message}`,
  );
  return new ConfigError(`The settings cannot be used: ${problems.join('; ')}`);
}

/** `[0].roles[2]` of a list; of anything else the setting says enough, because names in it may be values. */
function placeOf(path: readonly PropertyKey[]): string {
  if (typeof path[0] !== 'number') return '';
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
}

/** Who says a setting that {@link readSettings} reads. */
export function originOf(setting: string, variables: Variables, ofFile: FileOrigins | undefined): SettingOrigin {
  if (isSaidByVariable(setting, variables)) return { source: 'environment', variable: variableOf(setting) };
  return ofFile?.get(setting) ?? { source: 'default' };
}

/** A variable wins over the configuration file. */
function isSaidByVariable(setting: string, variables: Variables): boolean {
  return variables[variableOf(setting)] !== undefined;
}
