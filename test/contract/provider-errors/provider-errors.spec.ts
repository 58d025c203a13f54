import type { FailureReason } from '../../../src/domain/errors.js';
import { builtInProviders } from '../../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../../src/providers/provider-registry.js';
import { answerFailure } from '../../../src/routing/failure-answer.js';
import { plainRequest } from '../../support/adapter-contract.js';
import {
  emptyBody,
  htmlPage,
  malformedJson,
  resetBeforeHeaders,
  resetInBody,
} from '../../support/simulator-answers.js';
import type { SimulatorServer } from '../../support/simulator-server.js';
import { type Simulator, simulators } from '../../support/simulators.js';
import { type ErrorCase, errorCases, spokenSituations } from './provider-errors.cases.js';

/** What any provider, or what stands before it, may do without a word. */
const wordless: Readonly<Record<string, ErrorCase>> = {
  'malformed JSON': { answers: [malformedJson()], reason: 'bad_response' },
  'an empty body': { answers: [emptyBody()], reason: 'bad_response' },
  'a web page': { answers: [htmlPage(200)], reason: 'bad_response' },
  "a proxy's page with 502": { answers: [htmlPage(502)], reason: 'unavailable' },
  'a reset connection': { answers: [resetBeforeHeaders()], reason: 'unavailable' },
  'a reset in the middle of the answer': { answers: [resetInBody('{"text":"The')], reason: 'unavailable' },
};

/** What the client is told. `own`: the provider's words, since the caller can do something about it. */
const told: Readonly<Partial<Record<FailureReason, { status: number; type: string; code: string; own?: true }>>> = {
  rate_limited: { status: 429, type: 'rate_limit_exceeded', code: 'rate_limit_exceeded' },
  quota_exhausted: { status: 502, type: 'server_error', code: 'provider_quota_exhausted' },
  credential_rejected: { status: 502, type: 'server_error', code: 'provider_credential_rejected' },
  unavailable: { status: 502, type: 'server_error', code: 'provider_unavailable' },
  bad_response: { status: 502, type: 'server_error', code: 'provider_bad_response' },
  audio_rejected: { status: 400, type: 'invalid_request_error', code: 'invalid_audio', own: true },
  too_large: { status: 413, type: 'invalid_request_error', code: 'file_too_large', own: true },
};

const http = new ProviderHttp();
const providers = new ProviderRegistry(builtInProviders(http));
const running = new Map<string, SimulatorServer>();

beforeAll(async () => {
  await Promise.all(simulators.map(async (it) => running.set(it.provider, await it.start())));
});
afterAll(async () => {
  await http.onModuleDestroy();
  await Promise.all([...running.values()].map((server) => server.close()));
});

it('has a row for every registered provider', () => {
  expect(Object.keys(errorCases).toSorted()).toEqual(providers.names().toSorted());
});

const rows = simulators.flatMap((simulator) =>
  [
    ...spokenSituations.map((it) => [it, errorCases[simulator.provider]?.[it]] as const),
    ...Object.entries(wordless),
  ].map(([situation, expected]) => [simulator.provider, situation, simulator, expected] as const),
);

it.each(rows)('%s: %s', async (_provider, _situation, simulator, expected) => {
  if (!expected) throw new Error('the provider has no row');
  const { answers, reason, retryAfterMs, param, code } = expected;
  const failure: unknown = await call(simulator, answers).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'ProviderError', reason, retryAfterMs });

  const error = answerFailure(Object(failure));
  const client = told[reason];
  expect(error).toMatchObject({ status: client?.status, type: client?.type, code: code ?? client?.code });
  expect(error.param).toBe(param ?? (reason === 'audio_rejected' || reason === 'too_large' ? 'file' : null));
  expect(error.headers['retry-after']).toBe(
    retryAfterMs === undefined ? undefined : String(Math.ceil(retryAfterMs / 1000)),
  );
  expect(error.headers['x-should-retry']).toBe(reason === 'rate_limited' ? undefined : 'false');
  expect(error.message === Object(failure).message).toBe(client?.own === true);
  for (const message of [Object(failure).message, error.message]) {
    expect(message).not.toContain(simulator.apiKey);
    expect(message).not.toMatch(/<html|<!DOCTYPE/i);
  }
});

/** One transcription of the provider's usual model, answered as scripted. */
async function call(simulator: Simulator, answers: ErrorCase['answers']): Promise<unknown> {
  const { provider, basePath, apiKey, upstreamModel, settings } = simulator;
  const [adapter, server] = [providers.get(provider), running.get(provider)];
  if (!adapter || !server) throw new Error(`${provider} is not there`);
  server.respondWith(...answers);
  return adapter.transcribe({
    request: plainRequest(),
    upstreamModel,
    upstreamFormat: 'json',
    apiBase: server.origin + basePath,
    apiKey,
    settings: adapter.settings.parse(settings ?? {}),
    signal: new AbortController().signal,
  });
}
