import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from './env.js';
import type { Secrets } from './secrets.js';

/** Injection token of the frozen {@link Config}. */
export const CONFIG = Symbol('CONFIG');
/** Injection token of the {@link Secrets}. */
export const SECRETS = Symbol('SECRETS');

/** Makes configuration and secrets injectable everywhere. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: Config, secrets: Secrets): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: SECRETS, useValue: secrets },
      ],
      exports: [CONFIG, SECRETS],
    };
  }
}
