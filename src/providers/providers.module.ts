import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { builtInProviders } from './built-in-providers.js';
import { addressRulesOf } from './provider-addresses.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';
import { SandboxAdapter } from './sandbox/sandbox.adapter.js';

/** Every provider that Auricle can call, behind one connection pool that closes with the application. */
@Module({
  providers: [
    {
      provide: ProviderHttp,
      inject: [SETTINGS],
      useFactory: (settings: Settings) =>
        new ProviderHttp({
          connectTimeoutMs: 1000 * settings.connect_timeout_seconds,
          addresses: addressRulesOf(settings),
        }),
    },
    {
      provide: ProviderRegistry,
      inject: [ProviderHttp, SETTINGS],
      useFactory: (http: ProviderHttp, { sandbox }: Settings) =>
        new ProviderRegistry([...builtInProviders(http), ...(sandbox ? [new SandboxAdapter()] : [])]),
    },
  ],
  exports: [ProviderHttp, ProviderRegistry],
})
export class ProvidersModule {}
