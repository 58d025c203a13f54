import type { PortkeyConfig } from '../../domain/portkey/portkey-config.js';

/** The configs that somebody has saved. They open nothing: what a key may not use it may not use by a config. */
export interface SavedConfigs {
  /**
   * The config as it is now, by its id or slug.
   * @returns undefined when there is none
   * @throws GatewayError 400 when it is not understood any more, 503 while the database is away
   */
  find(reference: string): Promise<PortkeyConfig | undefined>;
}
