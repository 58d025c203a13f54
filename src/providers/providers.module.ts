import { type DynamicModule, Module } from '@nestjs/common';
import { AssemblyAiAdapter } from './assemblyai/assemblyai.adapter.js';
import { azureDialect } from './azure/azure.adapter.js';
import { CloudflareAdapter } from './cloudflare/cloudflare.adapter.js';
import { DeepgramAdapter } from './deepgram/deepgram.adapter.js';
import { deepInfraDialect } from './deepinfra/deepinfra.adapter.js';
import { ElevenLabsAdapter } from './elevenlabs/elevenlabs.adapter.js';
import { fireworksDialect } from './fireworks/fireworks.adapter.js';
import { GeminiAdapter } from './gemini/gemini.adapter.js';
import { groqDialect } from './groq/groq.adapter.js';
import { MistralAdapter } from './mistral/mistral.adapter.js';
import { openAiCompatibleDialect } from './openai-compatible/openai-compatible.adapter.js';
import { OpenAiProtocolAdapter } from './openai-compatible/openai-protocol.adapter.js';
import { openAiDialect } from './openai/openai.adapter.js';
import type { ProviderAdapter } from './provider-adapter.js';
import { ProviderHttp } from './provider-http.js';
import { ProviderRegistry } from './provider-registry.js';
import { togetherDialect } from './together/together.adapter.js';

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
          useFactory: (http: ProviderHttp) => new ProviderRegistry([...builtIn(http), ...additional]),
          inject: [ProviderHttp],
        },
      ],
      exports: [ProviderHttp, ProviderRegistry],
    };
  }
}

function builtIn(http: ProviderHttp): readonly ProviderAdapter[] {
  return [
    new OpenAiProtocolAdapter(http, openAiDialect),
    new OpenAiProtocolAdapter(http, azureDialect),
    new OpenAiProtocolAdapter(http, groqDialect),
    new OpenAiProtocolAdapter(http, fireworksDialect),
    new DeepgramAdapter(http),
    new ElevenLabsAdapter(http),
    new AssemblyAiAdapter(http),
    new MistralAdapter(http),
    new GeminiAdapter(http),
    new OpenAiProtocolAdapter(http, togetherDialect),
    new OpenAiProtocolAdapter(http, deepInfraDialect),
    new CloudflareAdapter(http),
    new OpenAiProtocolAdapter(http, openAiCompatibleDialect),
  ];
}
