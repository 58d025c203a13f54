import { z } from 'zod';
import type { Capabilities } from '../../src/domain/capabilities.js';
import type { Surcharge } from '../../src/domain/surcharge.js';
import { transcriptionTasks, type TranscriptionTask } from '../../src/domain/transcription.js';
import type { ProviderAdapter, ProviderPrefix } from '../../src/providers/provider-adapter.js';
import { type ProviderEnvironment, settingVariables } from '../../src/providers/provider-environment.js';
import { allProviders, listPriceOf } from '../support/all-providers.js';
import { simulators } from '../support/simulators.js';
import { offersOf, outcomeOf, questionsOf } from './format-matrix.js';
import { describePrice } from './describe-price.js';
import { code, table } from './markdown.js';
import { speechDocument } from './speech-tables.js';

/** The generated part of docs/providers.md, from the registered providers and the gateway's own planning. */
export function providersDocument(): string {
  const providers = allProviders.all();
  return [providerSections(providers), matrixSection(providers), speechDocument(), simulatorSection()].join('');
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
    capabilities.retirement?.date ?? '',
  ]);
  const inputs = offers.map(({ name, capabilities: { containers, fields, options } }) => [
    name,
    containers?.join(', ') ?? 'not known: any are sent',
    fields.map(code).join(', ') || 'none',
    options === 'any' ? 'any: passed on as sent' : options.map(code).join(', ') || 'none',
  ]);
  return [
    `### ${adapter.title}\n\n`,
    factsOf(adapter),
    table([...headings, 'List price', 'Ends'], mergeFirst(rows)),
    table(['Model', 'Files', "OpenAI's fields that have an effect", "The provider's own fields"], mergeFirst(inputs)),
    pricesOf(adapter),
    surchargesOf(adapter),
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
  const rows = prices.map(({ models, price, source, as_of, until, note }) => [
    models.map(code).join(', '),
    describePrice(price),
    source,
    as_of,
    [until && `Until ${until}.`, note].filter((it) => it !== undefined).join(' '),
  ]);
  return table(['Priced', 'List price', 'Source', 'As of', 'Note'], rows);
}

/** What options cost beside it, each with the models that have it. */
function surchargesOf({ prices }: ProviderAdapter): string {
  const rows = prices.flatMap(({ models, surcharges = [], source, as_of }) =>
    surcharges.map((it) => [
      models.map(code).join(', '),
      it.name,
      conditionOf(it),
      describeSurcharge(it),
      it.estimated || !it.add ? 'yes' : 'no',
      it.source ?? source,
      it.as_of ?? as_of,
      it.note ?? '',
    ]),
  );
  if (rows.length === 0) return '';
  const headings = ['Of', 'Surcharge', 'When it is sent', 'Price', 'Estimated', 'Source', 'As of', 'Note'];
  return table(headings, mergeFirst(rows));
}

function conditionOf({ options, value, more_than }: Surcharge): string {
  const names = options.map((it) => code(value === undefined ? it : `${it}=${value}`)).join(' or ');
  return more_than === undefined ? names : `more than ${more_than} ${names}`;
}

function describeSurcharge({ add, minimum_seconds, request_minimum_seconds }: Surcharge): string {
  const price = !add ? 'unknown' : add.type === 'percent' ? `${add.percent} %` : `$${add.usd} a ${add.per}`;
  return [
    price,
    minimum_seconds && `for at least ${minimum_seconds} s`,
    request_minimum_seconds && `the request for at least ${request_minimum_seconds} s`,
  ]
    .filter((it) => it !== undefined)
    .join(', ');
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

function matrixSection(providers: readonly ProviderAdapter[]): string {
  const rows = providers.flatMap((adapter) =>
    transcriptionTasks.flatMap((task) =>
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
function cellsOf(capabilities: Capabilities, task: TranscriptionTask): string[] {
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
