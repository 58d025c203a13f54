import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { CatalogueBuilder } from './catalogue.builder.js';
import { Catalogue } from './catalogue.js';
import { CredentialsAdminController } from './credentials/credentials.admin.controller.js';
import { CredentialsRepository } from './credentials/credentials.repository.js';
import { CredentialsService } from './credentials/credentials.service.js';
import { CredentialUses } from './credentials/use/credential-uses.js';
import { CredentialUsesRepository } from './credentials/use/credential-uses.repository.js';
import { DeploymentPresenter } from './deployments/deployment-presenter.js';
import { DeploymentValidation } from './deployments/deployment-validation.js';
import { DeploymentsRepository } from './deployments/deployments.repository.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { ModelsAdminController } from './models.admin.controller.js';
import { ModelsRepository } from './models.repository.js';
import { ModelsService } from './models.service.js';
import { ProvidersAdminController } from './providers/providers.admin.controller.js';
import { PublicModelsController } from './public-models.controller.js';
import { SecretBox } from './credentials/secret-box.js';

/** Public models, their deployments and the credentials that these use. */
@Module({
  imports: [DatabaseModule, PricingModule, ProvidersModule],
  controllers: [PublicModelsController, ModelsAdminController, CredentialsAdminController, ProvidersAdminController],
  providers: [
    Catalogue,
    CatalogueBuilder,
    CredentialsRepository,
    CredentialsService,
    CredentialUses,
    CredentialUsesRepository,
    DeploymentPresenter,
    DeploymentsRepository,
    DeploymentsService,
    DeploymentValidation,
    ModelsRepository,
    ModelsService,
    SecretBox,
  ],
  exports: [Catalogue, CredentialsService, CredentialUses, DeploymentsService, ModelsService, SecretBox],
})
export class ModelsModule {}
