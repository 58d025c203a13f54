import type { ProviderAdapter, ProviderPrefix } from './provider-adapter.js';
import type { ProviderEnvironment } from './provider-environment.js';

/** Whom a prefix of LiteLLM's stands for. */
export interface PrefixedProvider {
  readonly adapter: ProviderAdapter;
  /** The prefix's own variables where it has some, otherwise the provider's. */
  readonly environment: ProviderEnvironment;
  /** Settings that the prefix implies; those that are written win. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** As of the prefix. */
  readonly chatService: ProviderPrefix['chatService'];
}

/** The adapters by the names that deployments use, and by the prefixes that LiteLLM's files use. */
export class ProviderRegistry {
  private readonly adapters: ReadonlyMap<string, ProviderAdapter>;
  private readonly prefixed: ReadonlyMap<string, PrefixedProvider>;

  /** @throws Error when two adapters share a name or a prefix */
  constructor(adapters: readonly ProviderAdapter[]) {
    this.adapters = unique(
      adapters.map((it) => [it.provider, it]),
      'name',
    );
    const prefixes = adapters.flatMap((adapter) =>
      adapter.prefixes.map(({ name, environment = adapter.environment, settings = {}, chatService }) => {
        return [name, { adapter, environment, settings, chatService }] as const;
      }),
    );
    this.prefixed = unique(prefixes, 'prefix');
  }

  /** The adapter of that name, `undefined` when there is none. */
  get(name: string): ProviderAdapter | undefined {
    return this.adapters.get(name);
  }

  /** Whom a prefix of LiteLLM's stands for, without its slash; `undefined` when nobody has it. */
  byPrefix(prefix: string): PrefixedProvider | undefined {
    return this.prefixed.get(prefix);
  }

  /** Every adapter, in the order of registration. */
  all(): readonly ProviderAdapter[] {
    return [...this.adapters.values()];
  }

  /** Every provider's name, in the order of registration. */
  names(): readonly string[] {
    return [...this.adapters.keys()];
  }

  /** Every prefix of LiteLLM's that is served, without its slash. */
  prefixes(): readonly string[] {
    return [...this.prefixed.keys()];
  }
}

function unique<Value>(entries: readonly (readonly [string, Value])[], what: string): ReadonlyMap<string, Value> {
  const map = new Map(entries);
  if (map.size !== entries.length) throw new Error(`two provider adapters have the same ${what}`);
  return map;
}
