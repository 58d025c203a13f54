import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { settingVariables } from '../../src/providers/provider-environment.js';
import { allProviders } from '../support/all-providers.js';
import { code, table } from './markdown.js';

/** One thing that is read from the environment, with the names of its variables, best first. */
interface Reading {
  /** What it is: `key`, `base URL`, or a setting's name in code marks. */
  readonly of: string;
  readonly names: readonly string[];
}

function readingsOf({ environment }: ProviderAdapter): readonly Reading[] {
  const readings = [
    { of: 'key', names: environment.api_key },
    { of: 'base URL', names: environment.api_base },
    ...Object.entries(settingVariables(environment)).map(([setting, names = []]) => ({ of: code(setting), names })),
  ];
  return readings.filter(({ names }) => names.length > 0);
}

/** Every variable of every provider and prefix. */
export function allProviderVariables(): ReadonlySet<string> {
  const environments = allProviders
    .all()
    .flatMap(({ environment, prefixes }) => [
      environment,
      ...prefixes.map((prefix) => prefix.environment ?? environment),
    ]);
  return new Set(
    environments.flatMap((environment) => [
      ...environment.api_key,
      ...environment.api_base,
      ...Object.values(settingVariables(environment)).flatMap((names = []) => names),
    ]),
  );
}

/** The first name of each thing that a provider reads: those that `.env.example` has. */
export function firstProviderVariables(): readonly string[] {
  return allProviders.all().flatMap((adapter) => readingsOf(adapter).map(({ names: [first = ''] }) => first));
}

/** The table of docs/configuration.md. */
export function variablesTable(): string {
  const rows = allProviders.all().flatMap((adapter) => {
    const { title, defaultApiBase, environment } = adapter;
    const needed = defaultApiBase === undefined ? 'needed' : `unset: ${code(defaultApiBase)}`;
    return readingsOf(adapter).map(({ of, names }, index) => [
      index === 0 ? title : '',
      of,
      names.map(code).join(', '),
      of === 'base URL'
        ? needed
        : of === 'key'
          ? environment.offers_models === false
            ? 'for deployments'
            : 'offers its models'
          : '',
    ]);
  });
  return table(['Provider', 'What', 'Variables, the first that is set', ''], rows);
}

/** The lines of `.env.example`. */
export function exampleVariables(): string {
  return allProviders
    .all()
    .map((adapter) => ({ ...adapter, readings: readingsOf(adapter) }))
    .filter(({ readings }) => readings.length > 0)
    .map(({ title, defaultApiBase, readings }) =>
      [
        `# ${title}`,
        ...readings.flatMap(({ of, names: [first = '', ...others] }) => {
          const address = defaultApiBase === undefined ? 'Needed, too' : `Unset = ${defaultApiBase}`;
          const notes = [
            of === 'base URL' ? address : undefined,
            others.length > 0 ? `Also read: ${others.join(', ')}` : undefined,
          ].filter((it) => it !== undefined);
          return [...(notes.length > 0 ? [`# ${notes.join('. ')}`] : []), `#${first}=`];
        }),
      ].join('\n'),
    )
    .join('\n\n');
}
