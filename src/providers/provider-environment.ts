/**
 * Environment variables of a provider, best first: the names that its official clients read, then LiteLLM's, then others
 * in use.
 */
export interface ProviderEnvironment<Settings = unknown> {
  readonly api_key: readonly string[];
  /** Override the provider's own base URL. */
  readonly api_base: readonly string[];
  /** Settings that belong to the key, such as whom it bills: they say nothing to a deployment with another. */
  readonly key_settings?: SettingVariables<Settings>;
  /** What fills any other setting that a deployment leaves open. */
  readonly settings?: SettingVariables<Settings>;
  /**
   * Whether a key is enough to offer the provider's known models without a deployment; default true. False where more than
   * a key is needed, or where they are not what customers call.
   */
  readonly offers_models?: boolean;
}

/** Variables by the name of the setting that they fill; of a provider whose settings are not known, by any name. */
export type SettingVariables<Settings> = {
  readonly [Name in unknown extends Settings ? string : keyof Settings & string]?: readonly string[];
};

/** For providers that read nothing from the environment. */
export const noEnvironment: ProviderEnvironment = { api_key: [], api_base: [] };

/** A value, and the variable that held it, for messages: they name the variable and never the value. */
export interface FoundValue {
  readonly variable: string;
  readonly value: string;
}

/** What the environment holds for a provider. */
export interface FoundEnvironment {
  readonly api_key?: FoundValue;
  /** Without a trailing slash; not checked otherwise. */
  readonly api_base?: FoundValue;
  /** Settings that belong to the key. */
  readonly key_settings: FoundSettings;
  readonly settings: FoundSettings;
}

/** By the setting's name; not checked by the provider's schema yet. */
export type FoundSettings = Readonly<Record<string, FoundValue>>;

/**
 * Reads key, base URL and settings from the first of their variables that is set; an empty one counts as unset.
 * @param valueOf the value of a variable, `undefined` when it is not set
 */
export function readEnvironment(
  { api_key, api_base, key_settings = {}, settings = {} }: ProviderEnvironment,
  valueOf: (variable: string) => string | undefined,
): FoundEnvironment {
  const first = (variables: readonly string[]): FoundValue | undefined =>
    variables
      .map((variable) => ({ variable, value: valueOf(variable) ?? '' }))
      .find(({ value }) => value.trim() !== '');
  const each = (variables: SettingVariables<unknown>): FoundSettings =>
    Object.fromEntries(
      Object.entries(variables).flatMap(([setting, names = []]) => {
        const found = first(names);
        return found ? [[setting, found]] : [];
      }),
    );
  const base = first(api_base);
  return {
    api_key: first(api_key),
    api_base: base && { ...base, value: base.value.replace(/(?<!\/)\/+$/, '') },
    key_settings: each(key_settings),
    settings: each(settings),
  };
}

/** Every variable of a setting, whether it belongs to the key or not. */
export function settingVariables({ key_settings, settings }: ProviderEnvironment): SettingVariables<unknown> {
  return { ...key_settings, ...settings };
}

/**
 * What the environment says of a deployment's settings. Another key has nothing to do with the environment's account.
 * @param apiKey the deployment's; undefined = the environment's
 */
export function settingsOfEnvironment(found: FoundEnvironment, apiKey: string | undefined): FoundSettings {
  const isAnother = apiKey !== undefined && apiKey !== found.api_key?.value;
  return isAnother ? found.settings : { ...found.key_settings, ...found.settings };
}

/** Settings that were found, as a deployment would have them. */
export function valuesOf(found: FoundSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).map(([setting, { value }]) => [setting, value]));
}
