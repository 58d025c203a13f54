import type { ProviderAdapter } from './provider-adapter.js';

/** The adapters by the names that deployments use. */
export class ProviderRegistry {
  private readonly adapters: ReadonlyMap<string, ProviderAdapter>;

  /** @throws Error when two adapters share a name */
  constructor(adapters: readonly ProviderAdapter[]) {
    this.adapters = new Map(adapters.map((it) => [it.provider, it]));
    if (this.adapters.size !== adapters.length) throw new Error('two provider adapters have the same name');
  }

  /** The adapter of that name, `undefined` when there is none. */
  get(name: string): ProviderAdapter | undefined {
    return this.adapters.get(name);
  }

  /** Every adapter, in the order of registration. */
  all(): readonly ProviderAdapter[] {
    return [...this.adapters.values()];
  }

  /** Every provider's name, in the order of registration. */
  names(): readonly string[] {
    return [...this.adapters.keys()];
  }
}
