import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ModelsModule } from '../models/models.module.js';
import { ANY_BUT_FORBIDDEN } from '../providers/provider-addresses.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { AccessGuard } from './access.guard.js';
import { AdminKeysAdminController } from './admin-keys/admin-keys.admin.controller.js';
import { AdminKeysRepository } from './admin-keys/admin-keys.repository.js';
import { AdminKeysService } from './admin-keys/admin-keys.service.js';
import { AudioAllowance } from './client-tokens/audio-allowance.js';
import { ClientTokensAdminController } from './client-tokens/client-tokens.admin.controller.js';
import { ClientTokensController } from './client-tokens/client-tokens.controller.js';
import { ClientTokensRepository } from './client-tokens/client-tokens.repository.js';
import { ClientTokensService } from './client-tokens/client-tokens.service.js';
import { OidcIssuers } from './oidc/oidc-issuers.js';
import { OidcPeople } from './oidc/oidc-people.js';
import { MAX_ANSWER_BYTES, OIDC_HTTP, OidcSignIn } from './oidc/oidc-sign-in.service.js';
import { OidcController } from './oidc/oidc.controller.js';
import { TeamsAdminController } from './teams/teams.admin.controller.js';
import { TeamsRepository } from './teams/teams.repository.js';
import { TeamsService } from './teams/teams.service.js';
import { MeController } from './me/me.controller.js';
import { VirtualKeysAdminController } from './virtual-keys.admin.controller.js';
import { VirtualKeysRepository } from './virtual-keys.repository.js';
import { VirtualKeysService } from './virtual-keys.service.js';
import { SessionController } from './sessions/session.controller.js';
import { SessionsAdminController } from './sessions/sessions.admin.controller.js';
import { SessionsKeeper } from './sessions/sessions-keeper.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { WrongKeys } from './wrong-keys.js';

/** Who may come in: virtual keys and the teams that they belong to, client tokens, the master key, admin keys, sessions, whom issuers of OpenID Connect name, and the guard in front of every route. */
@Module({
  imports: [DatabaseModule, ClockModule, ModelsModule, BudgetsModule, LimitsModule],
  controllers: [
    VirtualKeysAdminController,
    TeamsAdminController,
    AdminKeysAdminController,
    ClientTokensController,
    ClientTokensAdminController,
    MeController,
    SessionController,
    OidcController,
    SessionsAdminController,
  ],
  providers: [
    VirtualKeysRepository,
    VirtualKeysService,
    TeamsRepository,
    TeamsService,
    AdminKeysRepository,
    AdminKeysService,
    ClientTokensRepository,
    ClientTokensService,
    AudioAllowance,
    SessionsRepository,
    SessionsService,
    SessionsKeeper,
    OidcIssuers,
    OidcPeople,
    OidcSignIn,
    {
      provide: OIDC_HTTP,
      useFactory: () => new ProviderHttp({ maxResponseBytes: MAX_ANSWER_BYTES, addresses: ANY_BUT_FORBIDDEN }),
    },
    WrongKeys,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [VirtualKeysService, TeamsService, AudioAllowance, WrongKeys],
})
export class AuthModule {}
