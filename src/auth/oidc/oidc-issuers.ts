import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SETTINGS, VARIABLES } from '../../config/config.module.js';
import type { OidcIssuer } from '../../config/oidc-issuers.schema.js';
import type { Variables } from '../../config/settings.js';
import type { Settings } from '../../config/settings.schema.js';

/** LiteLLM's, which say who signs in there, and nothing of who may do what. */
const LITELLM_VARIABLES = ['GOOGLE_CLIENT_ID', 'MICROSOFT_CLIENT_ID', 'GENERIC_CLIENT_ID'] as const;

/** Those who say who people are, as the settings name them. */
@Injectable()
export class OidcIssuers implements OnModuleInit {
  private readonly logger = new Logger(OidcIssuers.name);
  /** In the order of the settings. */
  readonly all: readonly OidcIssuer[];
  private readonly hashes: ReadonlyMap<string, string>;

  constructor(
    @Inject(SETTINGS) { oidc_issuers = [] }: Pick<Settings, 'oidc_issuers'>,
    @Inject(VARIABLES) private readonly variables: Variables,
  ) {
    this.all = oidc_issuers;
    this.hashes = new Map(oidc_issuers.map((issuer) => [issuer.id, hashOf(issuer)]));
  }

  onModuleInit(): void {
    const foreign = LITELLM_VARIABLES.filter((name) => this.variables[name] !== undefined);
    if (this.all.length > 0 || foreign.length === 0) return;
    this.logger.warn(
      `${foreign.join(', ')}: LiteLLM's variables for signing in are not read, because they do not say who may do what. OIDC_ISSUERS does (docs/dashboard.md)`,
    );
  }

  find(id: string): OidcIssuer | undefined {
    return this.all.find((issuer) => issuer.id === id);
  }

  /** What a session keeps of its issuer: it ends when its id stands for another one, or the groups that are kept are of another claim. */
  hashOf({ id }: Pick<OidcIssuer, 'id'>): string {
    return this.hashes.get(id) ?? '';
  }

  /** Of all of them. */
  get allHashes(): readonly string[] {
    return [...this.hashes.values()];
  }
}

function hashOf({ id, issuer, client_id, groups_claim }: OidcIssuer): string {
  return createHash('sha256')
    .update(JSON.stringify([id, issuer, client_id, groups_claim]))
    .digest('hex');
}
