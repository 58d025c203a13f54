import { alertTable } from './alert-table.js';
import { chartValuesTable } from './chart-values.js';
import { migrationTables } from './migration-table.js';
import { allProviders } from '../support/all-providers.js';
import { formatsTable } from './formats-table.js';
import { metricSectionNames, metricsTable } from './metric-tables.js';
import { providersDocument } from './providers-document.js';
import { exampleVariables, variablesTable } from './provider-variables.js';
import { roleTable } from './role-table.js';
import { speechTable } from './speech-tables.js';
import { redactionTable } from './redaction-table.js';
import { zeroRetentionTable } from './zero-retention-table.js';
import { exampleSettings, sectionNames, settingsTable } from './setting-tables.js';

/** A part of a document that is made from the code, between two markers: `<!-- providers:start -->` and `:end`. */
export interface GeneratedPart {
  /** Path from the project's folder. */
  readonly file: string;
  /** In the markers. */
  readonly name: string;
  /** What stands between the markers. */
  render(): string;
}

/** Every generated part. `npm run docs` writes them, `generated-parts.spec.ts` fails when one is stale. */
export const generatedParts: readonly GeneratedPart[] = [
  { file: 'README.md', name: 'providers', render: formatsTable },
  { file: 'README.md', name: 'speech', render: speechTable },
  { file: 'docs/governance.md', name: 'roles', render: roleTable },
  { file: 'docs/providers.md', name: 'providers', render: providersDocument },
  { file: 'docs/configuration.md', name: 'providers', render: variablesTable },
  { file: '.env.example', name: 'providers', render: exampleVariables },
  ...sectionNames.map((section) => ({
    file: 'docs/configuration.md',
    name: section.toLowerCase().replaceAll(' ', '-'),
    render: () => settingsTable(section),
  })),
  { file: '.env.example', name: 'settings', render: exampleSettings },
  ...metricSectionNames.map((section) => ({
    file: 'docs/observability.md',
    name: `metrics-${section.toLowerCase()}`,
    render: () => metricsTable(section),
  })),
  { file: 'deploy/helm/auricle/README.md', name: 'values', render: chartValuesTable },
  { file: 'docs/governance.md', name: 'redaction', render: redactionTable },
  { file: 'docs/governance.md', name: 'alerts', render: alertTable },
  { file: 'docs/governance.md', name: 'zero-retention', render: zeroRetentionTable },
  { file: 'docs/migrating-from-litellm.md', name: 'keys', render: () => unformatted(migrationTables(allProviders)) },
];

/** Rows of hundreds of keys would be padded to the longest of them. */
function unformatted(markdown: string): string {
  return `<!-- prettier-ignore-start -->\n\n${markdown}\n\n<!-- prettier-ignore-end -->`;
}

/**
 * The document with its part made anew.
 * @throws Error when the document does not have each of the two markers once
 */
export function withPart(document: string, { file, name, render }: GeneratedPart): string {
  const [start, end] = file.endsWith('.md')
    ? [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
    : [`# ${name}:start`, `# ${name}:end`];
  const [before, rest, ...others] = document.split(`${start}\n`);
  const [, after, ...more] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || others.length + more.length > 0) {
    throw new Error(`${file} must have the markers ${start} and ${end} once each`);
  }
  return `${before}${start}\n\n${render().trim()}\n\n${end}${after}`;
}
