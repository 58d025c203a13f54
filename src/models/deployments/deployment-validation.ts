import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import type { Prisma } from '../../database/generated/client.js';
import { badRequest } from '../../domain/errors.js';
import { type Price, priceSchema } from '../../domain/price.js';
import { deploymentRoutingSchema } from '../../domain/routing-settings.js';
import type { Mode } from '../../domain/task.js';
import { findByIdOrName } from '../../http/admin/id.js';
import { mergePatch, parseMerged } from '../../http/admin/merge-patch.js';
import { schemaError } from '../../http/errors/schema-error.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { requireProvider } from '../../providers/require-provider.js';
import type { CatalogueDeployment } from '../catalogue-model.js';
import { CatalogueBuilder } from '../catalogue.builder.js';
import { checkApiBase } from '../credentials/check-api-base.js';
import { CredentialsRepository, type NamedCredentialRow } from '../credentials/credentials.repository.js';
import { SecretBox } from '../credentials/secret-box.js';
import type { CreateDeployment, UpdateDeployment } from './deployment.schema.js';
import type { DeploymentChanges, DeploymentFields, StoredObjects } from './deployments.repository.js';

/** Holds what an administrator says of a deployment against its provider, before it is stored. */
@Injectable()
export class DeploymentValidation {
  constructor(
    private readonly credentials: CredentialsRepository,
    private readonly providers: ProviderRegistry,
    private readonly box: SecretBox,
    private readonly builder: CatalogueBuilder,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What is stored of a new deployment. `prefix` locates it in the body that was sent.
   * @throws GatewayError 400
   */
  async fieldsOf(body: CreateDeployment, prefix = ''): Promise<DeploymentFields> {
    const adapter = requireProvider(this.providers, body.provider, `${prefix}provider`);
    const credential = body.credential ? await this.findCredential(body.credential, body.provider, prefix) : undefined;
    if (!credential && !body.api_key) this.requireKey(adapter, prefix);
    if (!body.api_base) this.requireBase(adapter, credential?.apiBase ?? undefined, prefix);
    else checkApiBase(adapter, body.api_base, `${prefix}api_base`, this.settings);
    if (body.mode) checkMode(adapter, body.mode, prefix);
    return {
      provider: body.provider,
      upstreamModel: body.upstream_model,
      mode: body.mode,
      credentialId: credential?.id ?? null,
      secret: body.api_key ? this.box.seal(body.api_key) : null,
      apiBase: body.api_base,
      settings: checkSettings(adapter, body.settings, prefix),
      weight: body.weight,
      price: body.price,
      routing: body.routing,
      enabled: body.enabled,
    };
  }

  /** What a change stores beside the objects that it is merged into. @throws GatewayError 400 */
  async changesOf({ provider }: CatalogueDeployment, body: UpdateDeployment): Promise<DeploymentChanges> {
    const adapter = requireProvider(this.providers, provider);
    const credential = body.credential ? await this.findCredential(body.credential, provider, '') : undefined;
    const secretChanges = body.credential !== undefined || body.api_key !== undefined;
    if (secretChanges && !body.credential && !body.api_key) this.requireKey(adapter, '');
    if (body.api_base === null) this.requireBase(adapter, credential?.apiBase ?? undefined, '');
    if (body.api_base) checkApiBase(adapter, body.api_base, 'api_base', this.settings);
    if (body.mode) checkMode(adapter, body.mode, '');
    return {
      ...(body.upstream_model !== undefined && { upstreamModel: body.upstream_model }),
      ...(body.mode !== undefined && { mode: body.mode }),
      ...(body.credential !== undefined && { credentialId: credential?.id ?? null }),
      ...(body.api_key !== undefined && { secret: this.box.seal(body.api_key) }),
      ...(body.api_base !== undefined && { apiBase: body.api_base }),
      ...(body.weight !== undefined && { weight: body.weight }),
      ...(body.enabled !== undefined && { enabled: body.enabled }),
    };
  }

  /** What becomes of the stored objects that a change is merged into. @throws GatewayError 400 */
  mergedOf(
    { provider }: CatalogueDeployment,
    { settings, routing, price }: UpdateDeployment,
    stored: StoredObjects,
  ): Pick<DeploymentChanges, 'settings' | 'routing' | 'price'> {
    const adapter = requireProvider(this.providers, provider);
    return {
      ...(settings && { settings: checkSettings(adapter, mergePatch(stored.settings, settings), '') }),
      ...(routing && {
        routing: parseMerged(deploymentRoutingSchema, mergePatch(stored.routing, routing), 'routing'),
      }),
      ...(price !== undefined && { price: price && mergedPrice(stored.price, price) }),
    };
  }

  private async findCredential(idOrName: string, provider: string, prefix: string): Promise<NamedCredentialRow> {
    const found = await findByIdOrName(this.credentials, idOrName);
    const param = `${prefix}credential`;
    if (!found) throw badRequest(`There is no credential with the id or name '${idOrName}'`, param, 'invalid_value');
    if (found.provider !== provider) {
      throw badRequest(
        `The credential '${found.name}' is for ${found.provider}, not for ${provider}`,
        param,
        'invalid_value',
      );
    }
    return found;
  }

  private requireKey(adapter: ProviderAdapter, prefix: string): void {
    if (!adapter.needsApiKey || this.builder.environmentOf(adapter).api_key) return;
    const [variable] = adapter.environment.api_key;
    throw badRequest(
      `${adapter.provider} needs an API key: send api_key or the name of a credential${variable ? `, or set ${variable}` : ''}`,
      `${prefix}api_key`,
      'missing_required_parameter',
    );
  }

  private requireBase(adapter: ProviderAdapter, inherited: string | undefined, prefix: string): void {
    if (adapter.builtIn || adapter.defaultApiBase || inherited || this.builder.environmentOf(adapter).api_base) return;
    throw badRequest(
      `${adapter.provider} has no base URL of its own: send api_base`,
      `${prefix}api_base`,
      'missing_required_parameter',
    );
  }
}

/** A price of another type has other fields. */
function mergedPrice(stored: unknown, changes: Record<string, unknown>): Price {
  const { data: before } = priceSchema.safeParse(stored);
  const isOther = changes['type'] !== undefined && changes['type'] !== before?.type;
  return parseMerged(priceSchema, mergePatch(isOther ? {} : before, changes), 'price');
}

/** JSON in, JSON out: what the provider's schema accepted is stored as it was sent. */
function checkSettings(
  adapter: ProviderAdapter,
  settings: Record<string, unknown>,
  prefix: string,
): Prisma.InputJsonObject {
  const parsed = adapter.settings.safeParse(settings);
  if (parsed.success) return jsonObject.parse(settings);
  throw schemaError(
    parsed.error.issues.map((issue) => ({ ...issue, path: [...`${prefix}settings`.split('.'), ...issue.path] })),
  );
}

const jsonObject = z.record(z.string(), z.json());

/** @throws GatewayError 400 for what the provider has no models for */
function checkMode({ title, speech }: ProviderAdapter, mode: Mode, prefix: string): void {
  if (mode !== 'audio_speech' || speech) return;
  throw badRequest(`Invalid '${prefix}mode': ${title} does not speak`, `${prefix}mode`, 'invalid_value');
}
