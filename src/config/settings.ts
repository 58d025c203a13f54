import { settingsSchema, variableOf, type SaidSettings, type Settings } from './settings.schema.js';

/** Environment variables that are set, by name. */
export type Variables = Readonly<Record<string, string>>;

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
    const value = variables[variableOf(setting)];
    if (value !== undefined) said[setting] = value;
  }
  const parsed = settingsSchema.safeParse(said);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map(
    ({ path: [setting = ''], message }) => `${variableOf(String(setting))} ${message}`,
  );
  throw new ConfigError(`The settings cannot be used: ${problems.join('; ')}`);
}
