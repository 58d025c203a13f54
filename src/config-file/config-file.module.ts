import { Module, type DynamicModule } from '@nestjs/common';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ModelsModule } from '../models/models.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ConfigFileAdminController } from './config-file.admin.controller.js';
import type { ConfigFile } from './config-file.reader.js';
import { ConfigFileRepository } from './config-file.repository.js';
import { CONFIG_FILE, ConfigFileService } from './config-file.service.js';
import { SettingsAdminController } from './settings.admin.controller.js';

/** The configuration file in LiteLLM's grammar. */
@Module({})
export class ConfigFileModule {
  /** @param file as it was read at start; undefined where there is none */
  static register(file: ConfigFile | undefined): DynamicModule {
    return {
      module: ConfigFileModule,
      imports: [BudgetsModule, DatabaseModule, ModelsModule, ProvidersModule],
      controllers: [ConfigFileAdminController, SettingsAdminController],
      providers: [ConfigFileRepository, ConfigFileService, { provide: CONFIG_FILE, useValue: file }],
      exports: [ConfigFileService],
    };
  }
}
