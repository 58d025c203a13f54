import { type DynamicModule, Module } from '@nestjs/common';
import { builtInProviders } from './built-in-providers.js';
import type { ProviderAdapter } from './provider-adapter.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';

/** Every provider that Auricle can call, behind one connection pool that closes with the application. */
@Module({})
export class ProvidersModule {
  /**
   * @param additional adapters beside the built-in ones, such as the sandbox
   * @param limits of every connection
   */
  static with(
    additional: readonly ProviderAdapter[] = [],
    limits: { readonly connectTimeoutMs?: number } = {},
  ): DynamicModule {
    return {
      module: ProvidersModule,
      global: true,
      providers: [
        { provide: ProviderHttp, useFactory: () => new ProviderHttp(limits) },
        {
          provide: ProviderRegistry,
          useFactory: (http: ProviderHttp) => new ProviderRegistry([...builtInProviders(http), ...additional]),
          inject: [ProviderHttp],
        },
      ],
      exports: [ProviderHttp, ProviderRegistry],
    };
  }
}
