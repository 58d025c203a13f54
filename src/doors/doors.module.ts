import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { MigrationStatus } from '../database/migration-status.js';
import { HttpModule } from '../http/http.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { LiteLlmAbsentRoutesController } from './litellm/absent-routes.controller.js';
import { LiteLlmKeysController } from './litellm/keys/litellm-keys.controller.js';
import { LiteLlmKeysService } from './litellm/keys/litellm-keys.service.js';
import { LiteLlmHealthController } from './litellm/litellm-health.controller.js';
import { LiteLlmModelsController } from './litellm/models/litellm-models.controller.js';
import { LiteLlmModelsService } from './litellm/models/litellm-models.service.js';
import { LiteLlmSpendController } from './litellm/spend/litellm-spend.controller.js';
import { LiteLlmSpendService } from './litellm/spend/litellm-spend.service.js';
import { LiteLlmTeamsController } from './litellm/teams/litellm-teams.controller.js';
import { LiteLlmTeamsService } from './litellm/teams/litellm-teams.service.js';
import { PortkeyConfigsController } from './portkey/configs/portkey-configs.controller.js';
import { SavedConfigsAdminController } from './portkey/configs/saved-configs.admin.controller.js';
import { SavedConfigsRepository } from './portkey/configs/saved-configs.repository.js';
import { FeedbackController } from './portkey/feedback/feedback.controller.js';
import { SavedConfigsService } from './portkey/configs/saved-configs.service.js';

/** The routes that other gateways have beside OpenAI's. */
@Module({
  imports: [
    AuthModule,
    ClockModule,
    DatabaseModule,
    HttpModule,
    LedgerModule,
    ModelsModule,
    PricingModule,
    ProvidersModule,
    RoutingModule,
  ],
  controllers: [
    LiteLlmHealthController,
    LiteLlmKeysController,
    LiteLlmTeamsController,
    LiteLlmModelsController,
    LiteLlmSpendController,
    LiteLlmAbsentRoutesController,
    FeedbackController,
    PortkeyConfigsController,
    SavedConfigsAdminController,
  ],
  providers: [
    MigrationStatus,
    LiteLlmKeysService,
    LiteLlmTeamsService,
    LiteLlmModelsService,
    LiteLlmSpendService,
    SavedConfigsRepository,
    SavedConfigsService,
  ],
})
export class DoorsModule {}
