/**
 * Environment variables of a provider, best first: the names that its official clients read, then LiteLLM's, then others
 * in use.
 */
export interface ProviderEnvironment {
  readonly api_key: readonly string[];
  /** Override the provider's own base URL. */
  readonly api_base: readonly string[];
  /** What fills a setting that a deployment leaves open, by the setting's name. */
  readonly settings?: Readonly<Record<string, readonly string[]>>;
  /**
   * Whether a key is enough to offer the provider's known models without a deployment; default true. False where more than
   * a key is needed, or where they are not what customers call.
   */
  readonly offers_models?: boolean;
}

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
  /** By the setting's name; not checked by the provider's schema yet. */
  readonly settings: Readonly<Record<string, FoundValue>>;
}

/**
 * Reads key, base URL and settings from the first of their variables that is set; an empty one counts as unset.
 * @param valueOf the value of a variable, `undefined` when it is not set
 */
export function readEnvironment(
  { api_key, api_base, settings = {} }: ProviderEnvironment,
  valueOf: (variable: string) => string | undefined,
): FoundEnvironment {
  const first = (variables: readonly string[]): FoundValue | undefined =>
    variables
      .map((variable) => ({ variable, value: valueOf(variable) ?? '' }))
      .find(({ value }) => value.trim() !== '');
  const base = first(api_base);
  return {
    api_key: first(api_key),
    api_base: base && { ...base, value: base.value.replace(/\/+$/, '') },
    settings: Object.fromEntries(
      Object.entries(settings).flatMap(([setting, variables]) => {
        const found = first(variables);
        return found ? [[setting, found]] : [];
      }),
    ),
  };
}

/** Settings that were found, as a deployment would have them. */
export function valuesOf(found: FoundEnvironment['settings']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).map(([setting, { value }]) => [setting, value]));
}
