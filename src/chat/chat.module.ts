import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { PrivacyModule } from '../privacy/privacy.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RedactionModule } from '../redaction/redaction.module.js';
import { ClockModule } from '../http/clock.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ServingModule } from '../serving/serving.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { ChatCosts } from './chat-costs.js';
import { ChatPlanner } from './chat-planner.js';
import { ChatController } from './chat.controller.js';
import { ChatService } from './chat.service.js';
import { TranscribeThenAsk } from './transcribe-then-ask.js';

/** OpenAI's chat completions. */
@Module({})
export class ChatModule {
  /** @param writing the module that exports the `SpeechWriter` */
  static register(writing: Type): DynamicModule {
    return {
      module: ChatModule,
      imports: [
        AuthModule,
        BudgetsModule,
        PrivacyModule,
        LimitsModule,
        RedactionModule,
        ClockModule,
        ProvidersModule,
        UploadsModule,
        ModelsModule,
        RoutingModule,
        LedgerModule,
        PricingModule,
        ServingModule,
        writing,
      ],
      controllers: [ChatController],
      providers: [ChatService, ChatPlanner, ChatCosts, TranscribeThenAsk],
    };
  }
}
