import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DECLARED_MODELS } from './catalogue.js';
import type { DeclaredModels } from './declared-model.js';

/** What is declared beside the admin API, from a folder that the catalogue may not import. */
@Global()
@Module({})
export class DeclaredModelsModule {
  static register(models: DeclaredModels | undefined): DynamicModule {
    return {
      module: DeclaredModelsModule,
      providers: [{ provide: DECLARED_MODELS, useValue: models }],
      exports: [DECLARED_MODELS],
    };
  }
}
