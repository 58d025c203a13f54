import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { conflict, notFound } from '../../domain/errors.js';
import { findByIdOrName } from '../../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../../http/admin/list.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { requireProvider } from '../../providers/require-provider.js';
import { Catalogue } from '../catalogue.js';
import { checkApiBase } from './check-api-base.js';
import {
  presentCredential,
  type CreateCredential,
  type Credential,
  type UpdateCredential,
} from './credential.schema.js';
import { CredentialsRepository, type NamedCredentialRow } from './credentials.repository.js';
import { SecretBox } from './secret-box.js';
import { CredentialUses } from './use/credential-uses.js';

/** Provider secrets under a name, encrypted at rest. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly providers: ProviderRegistry,
    private readonly box: SecretBox,
    private readonly catalogue: Catalogue,
    private readonly uses: CredentialUses,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws GatewayError 400 for an unknown provider or a base URL that it cannot have, 409 when the name is taken */
  async create(body: CreateCredential): Promise<Credential> {
    const adapter = requireProvider(this.providers, body.provider);
    if (body.api_base) checkApiBase(adapter, body.api_base, 'api_base', this.settings);
    const created = await this.credentials.create({
      name: body.name,
      provider: body.provider,
      apiBase: body.api_base,
      ...this.box.seal(body.api_key),
    });
    if (!created) throw nameTaken(body.name);
    return presentCredential(created);
  }

  async list(query: PageQuery): Promise<Page<Credential>> {
    await this.uses.write().catch(() => undefined);
    return toPage(await this.credentials.list(query), query.limit, presentCredential);
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string): Promise<Credential> {
    await this.uses.write().catch(() => undefined);
    return presentCredential(await this.find(idOrName));
  }

  /** A new secret is used from the next request on. @throws GatewayError 400, 404, or 409 when the new name is taken */
  async update(idOrName: string, { name, api_key, api_base }: UpdateCredential): Promise<Credential> {
    const { id, provider } = await this.find(idOrName);
    const adapter = this.providers.get(provider);
    if (adapter && api_base) checkApiBase(adapter, api_base, 'api_base', this.settings);
    const updated = await this.credentials.update(id, {
      ...(name !== undefined && { name }),
      ...(api_base !== undefined && { apiBase: api_base }),
      ...(api_key !== undefined && this.box.seal(api_key)),
    });
    if (updated === undefined) throw nameTaken(name ?? '');
    if (updated === null) throw unknownCredential(idOrName);
    await this.catalogue.refresh();
    return presentCredential(updated);
  }

  /** @throws GatewayError 404, or 409 naming the deployments that use it */
  async delete(idOrName: string): Promise<{ id: string; object: 'credential'; deleted: true }> {
    const { id } = await this.find(idOrName);
    const { deleted, usedBy } = await this.credentials.deleteUnused(id);
    if (usedBy.length > 0) throw conflict(`The credential is used by ${usedBy.join(', ')}`, 'credential', 'in_use');
    if (!deleted) throw unknownCredential(idOrName);
    return { id, object: 'credential', deleted: true };
  }

  private async find(idOrName: string): Promise<NamedCredentialRow> {
    const found = await findByIdOrName(this.credentials, idOrName);
    if (!found) throw unknownCredential(idOrName);
    return found;
  }
}

function nameTaken(name: string) {
  return conflict(`A credential named '${name}' exists already`, 'name', 'name_taken');
}

function unknownCredential(idOrName: string) {
  return notFound(`There is no credential with the id or name '${idOrName}'`, 'credential');
}
