import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { GatewayFile } from '../domain/gateway-file.js';
import type { Config } from './env.js';
import type { Secrets } from './secrets.js';

/** Injection token of the frozen {@link Config}. */
export const CONFIG = Symbol('CONFIG');
/** Injection token of the {@link Secrets}. */
export const SECRETS = Symbol('SECRETS');

/** Injection token of the {@link GatewayFile} that was read at start; undefined where there is none. */
export const GATEWAY_FILE = Symbol('GATEWAY_FILE');

/** Makes configuration and secrets injectable everywhere. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: Config, secrets: Secrets, file?: GatewayFile): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: SECRETS, useValue: secrets },
        { provide: GATEWAY_FILE, useValue: file },
      ],
      exports: [CONFIG, SECRETS, GATEWAY_FILE],
    };
  }
}
