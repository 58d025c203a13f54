/** Portkey's names of providers that have others here (Portkey-AI/gateway, src/globals.ts). */
const ours: ReadonlyMap<string, string> = new Map([
  ['azure-openai', 'azure'],
  ['fireworks-ai', 'fireworks'],
  ['google', 'gemini'],
  ['mistral-ai', 'mistral'],
  ['together-ai', 'together'],
  ['workers-ai', 'cloudflare'],
]);

/** What a provider of Portkey's is called here. `@` and a credential's name stay as they are. */
export function providerName(portkeys: string): string {
  return ours.get(portkeys) ?? portkeys;
}
