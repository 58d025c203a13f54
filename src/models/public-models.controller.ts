import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { mayUseModel, type Caller } from '../domain/caller.js';
import { AllowAccess, AuthenticatedCaller } from '../http/access.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';
import { Catalogue } from './catalogue.js';
import { offerOf, transcriptionOfferSchema } from './transcription-offer.js';
import { modelNotFound, visibleModels } from './visible-models.js';

/**
 * A model in OpenAI's shape. `shutdown_date` is set when every deployment's provider has announced one; `transcription` is not of
 * OpenAI's either.
 */
export const publicModelSchema = z
  .object({
    id: z.string().meta({ example: 'whisper-1' }),
    object: z.literal('model'),
    created: z.int().meta({ description: 'Unix seconds', example: 1785196800 }),
    owned_by: z.string().meta({ example: 'openai' }),
    shutdown_date: z.string().nullable().meta({ example: '2027-02-26' }),
    transcription: transcriptionOfferSchema
      .nullable()
      .meta({ description: 'What it gives for recordings; null = it takes none, or nobody serves it now' }),
  })
  .meta({ id: 'PublicModel' });
export type PublicModel = z.infer<typeof publicModelSchema>;

/** Answer of `GET /v1/models`. */
export const publicModelListSchema = z
  .object({ object: z.literal('list'), data: z.array(publicModelSchema) })
  .meta({ id: 'PublicModelList' });

/** OpenAI's model list: what the caller's key may use. */
@ApiTags('OpenAI: models')
@ApiBearerAuth('api_key')
@AllowAccess('client_token', 'models')
@Controller(['v1/models', 'models'])
export class PublicModelsController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly providers: ProviderRegistry,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'translation_model'>,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listPublicModels', summary: 'The models that this key may use' })
  @ApiAnswers({ 200: publicModelListSchema, errors: [401, 403] })
  list(@AuthenticatedCaller() caller: Caller): { object: 'list'; data: PublicModel[] } {
    return { object: 'list', data: visibleModels(this.catalogue, caller).map((model) => this.present(model)) };
  }

  // A model name may contain slashes, which the official SDKs encode and people do not.
  @Get('*model')
  @ApiParam({ name: 'model', type: String, example: 'whisper-1' })
  @ApiOperation({ operationId: 'getPublicModel', summary: 'One model that this key may use' })
  @ApiAnswers({ 200: publicModelSchema, errors: [401, 403, 404] })
  get(@AuthenticatedCaller() caller: Caller, @Param('model') segments: string | string[]): PublicModel {
    const name = [segments].flat().join('/');
    const model = this.catalogue.find(name);
    if (model && mayUseModel(caller, name)) return this.present(model);
    throw modelNotFound(name);
  }

  private present(model: CatalogueModel): PublicModel {
    const providers = new Set(model.deployments.map((deployment) => deployment.provider));
    const [only] = providers;
    const dates = model.deployments.map(({ retirement }) => retirement?.date ?? null);
    return {
      id: model.name,
      object: 'model',
      created: Math.floor(model.createdAt.getTime() / 1000),
      owned_by: providers.size === 1 && only ? only : 'auricle',
      shutdown_date: dates.length > 0 && !dates.includes(null) ? (dates.toSorted().at(-1) ?? null) : null,
      transcription: offerOf(
        model.deployments.flatMap((deployment) => this.capabilitiesOf(deployment)),
        this.settings.translation_model !== undefined,
      ),
    };
  }

  private capabilitiesOf({ enabled, mode, provider, upstreamModel, settings }: CatalogueDeployment) {
    const adapter = enabled && mode === 'audio_transcription' ? this.providers.get(provider) : undefined;
    return adapter ? [adapter.capabilities(upstreamModel, settings)] : [];
  }
}
