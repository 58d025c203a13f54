import { z } from 'zod';
import type { Capabilities } from '../../src/domain/capabilities.js';
import type { Price } from '../../src/domain/price.js';
import { tasks, type Task } from '../../src/domain/transcription.js';
import type { ProviderAdapter, ProviderPrefix } from '../../src/providers/provider-adapter.js';
import { type ProviderEnvironment, settingVariables } from '../../src/providers/provider-environment.js';
import { allProviders, listPriceOf } from '../support/all-providers.js';
import { simulators } from '../support/simulators.js';
import { offersOf, outcomeOf, questionsOf } from './format-matrix.js';
import { code, table } from './markdown.js';

/** The generated part of docs/providers.md, from the registered providers and the gateway's own planning. */
export function providersDocument(): string {
  const providers = allProviders.all();
  return [providerSections(providers), matrixSection(providers), simulatorSection()].join('');
}

function settingsSchemaOf({ settings }: ProviderAdapter): object {
  return z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
}

function providerSections(providers: readonly ProviderAdapter[]): string {
  return `## Providers and models\n\n${providers.map(providerSection).join('')}`;
}

function providerSection(adapter: ProviderAdapter): string {
  const offers = offersOf(adapter);
  const headings = ['Model', 'Tasks', 'Native formats', 'Times', 'Speakers', 'Stream', 'Logprobs', 'URL', 'At most'];
  const rows = offers.map(({ name, upstreamModel, capabilities }) => [
    name,
    list(capabilities.tasks),
    capabilities.formats.map(code).join(', ') || 'none: its own form',
    list(capabilities.granularities),
    yesOrNo(capabilities.diarization),
    yesOrNo(capabilities.streaming),
    yesOrNo(capabilities.fields.includes('logprobs')),
    yesOrNo(capabilities.accepts_url ?? false),
    limitsOf(capabilities),
    describePrice(listPriceOf(adapter.provider, upstreamModel)),
    capabilities.retirement_date ?? '',
  ]);
  const inputs = offers.map(({ name, capabilities: { fields, options } }) => [
    name,
    fields.map(code).join(', ') || 'none',
    options === 'any' ? 'any: passed on as sent' : options.map(code).join(', ') || 'none',
  ]);
  return [
    `### ${adapter.title}\n\n`,
    factsOf(adapter),
    table([...headings, 'List price', 'Ends'], mergeFirst(rows)),
    table(['Model', "OpenAI's fields that have an effect", "The provider's own fields"], mergeFirst(inputs)),
    pricesOf(adapter),
  ].join('');
}

function factsOf(adapter: ProviderAdapter): string {
  const { provider, needsApiKey, defaultApiBase, environment, prefixes } = adapter;
  const settings = Object.entries(settingsOf(adapter)).map(([name, { description }]) =>
    description === undefined ? code(name) : `${code(name)} (${description})`,
  );
  const facts = [
    `Called ${code(provider)}.`,
    needsApiKey ? 'Needs an API key.' : 'Needs no API key.',
    defaultApiBase ? `Base URL: ${code(defaultApiBase)}.` : undefined,
    variablesOf(environment),
    settings.length > 0 ? `Settings: ${settings.join(', ')}.` : undefined,
    prefixes.length > 0 ? `In a configuration file: ${prefixes.map(prefixOf).join(', ')}.` : undefined,
  ];
  return `${facts.filter((it) => it !== undefined).join(' ')}\n\n`;
}

/** The variables, where there are some, each list in the order in which it is read. */
function variablesOf(environment: ProviderEnvironment): string | undefined {
  const { api_key, api_base } = environment;
  const ofSettings = Object.entries(settingVariables(environment)).map(
    ([setting, names = []]) => [code(setting), names] as const,
  );
  const lists = ([['key', api_key], ['base URL', api_base], ...ofSettings] as const).filter(
    ([, names]) => names.length > 0,
  );
  if (lists.length === 0) return undefined;
  return `Environment: ${lists.map(([of, names]) => `${of} ${names.map(code).join(' or ')}`).join(', ')}.`;
}

function prefixOf({ name, environment, settings = {} }: ProviderPrefix): string {
  const own = [
    ...(environment ? [...environment.api_key, ...environment.api_base].map(code) : []),
    ...Object.entries(settings).map(([setting, value]) => code(`${setting}: ${String(value)}`)),
  ];
  return own.length > 0 ? `${code(`${name}/`)} (${own.join(', ')})` : code(`${name}/`);
}

/** The price list with its sources. */
function pricesOf({ prices }: ProviderAdapter): string {
  if (prices.length === 0) return '';
  const rows = prices.map(({ models, price, source, as_of, note = '' }) => [
    models.map(code).join(', '),
    describePrice(price),
    source,
    as_of,
    note,
  ]);
  return table(['Priced', 'List price', 'Source', 'As of', 'Note'], rows);
}

const describedSettings = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
});

function settingsOf(adapter: ProviderAdapter): Readonly<Record<string, { readonly description?: string }>> {
  return describedSettings.safeParse(settingsSchemaOf(adapter)).data?.properties ?? {};
}

function limitsOf({ max_bytes, max_duration_seconds }: Capabilities): string {
  const limits = [
    max_bytes === undefined ? undefined : `${(max_bytes / 1024 / 1024).toLocaleString('en-US')} MiB`,
    max_duration_seconds === undefined ? undefined : `${max_duration_seconds.toLocaleString('en-US')} s`,
  ];
  return limits.filter((it) => it !== undefined).join(', ');
}

function describePrice(price: Price | undefined): string {
  if (!price) return 'unknown';
  if (price.type === 'duration') {
    const minimum = price.minimum_seconds ? `, at least ${price.minimum_seconds} s` : '';
    return `$${price.usd} a ${price.per}${minimum}`;
  }
  if (price.type === 'characters') return `$${price.usd} per million characters`;
  const { audio_input_usd, text_input_usd, output_usd, estimate_usd_per_minute } = price;
  const estimate = estimate_usd_per_minute ? `, about $${estimate_usd_per_minute} a minute` : '';
  return `$${audio_input_usd} audio, $${text_input_usd} text, $${output_usd} output a million tokens${estimate}`;
}

function matrixSection(providers: readonly ProviderAdapter[]): string {
  const rows = providers.flatMap((adapter) =>
    tasks.flatMap((task) =>
      mergeFirst(offersOf(adapter).map(({ name, capabilities }) => [name, ...cellsOf(capabilities, task)])).map(
        ([names = '', ...cells]) => [adapter.provider, names, task, ...cells],
      ),
    ),
  );
  const headings = ['Provider', 'Model', 'Task', ...questionsOf('transcribe').map(({ heading }) => heading)];
  return `## Every format from every model\n\n${table(headings, rows)}`;
}

function simulatorSection(): string {
  const rows = simulators.map(({ provider, port, apiKey, upstreamModel }) => [
    provider,
    String(port),
    code(apiKey),
    code(upstreamModel),
  ]);
  const intro =
    '`npm run simulators` starts them on 127.0.0.1 and prints the body of `POST /admin/v1/models` for each. They judge requests as\n' +
    'the tests need it, and answer the same sentence to any audio.';
  return `## Trying them without a key\n\n${intro}\n\n${table(['Provider', 'Port', 'Key', 'Upstream model'], rows)}`;
}

/** What the gateway makes of each question, and of the same one with `stream=true`. */
function cellsOf(capabilities: Capabilities, task: Task): string[] {
  return questionsOf(task).map((question) => {
    const outcome = outcomeOf(capabilities, question);
    return outcome.mode === 'refused' || !question.streams ? outcome.mode : `${outcome.mode}, ${outcome.delivery}`;
  });
}

/** Rows that differ in nothing but their first cell become one. */
function mergeFirst(rows: readonly (readonly string[])[]): string[][] {
  const merged = new Map<string, { readonly names: string[]; readonly cells: readonly string[] }>();
  for (const [name = '', ...cells] of rows) {
    const key = JSON.stringify(cells);
    const same = merged.get(key);
    if (same) same.names.push(name);
    else merged.set(key, { names: [name], cells });
  }
  return [...merged.values()].map(({ names, cells }) => [names.join(', '), ...cells]);
}

function list(values: readonly string[]): string {
  return values.join(', ') || 'none';
}

function yesOrNo(truth: boolean): string {
  return truth ? 'yes' : 'no';
}
