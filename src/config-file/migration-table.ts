import { providerPrefixes, unservedPrefixes } from './provider-prefix.js';
import { infoSettings, parameterSettings } from './settings/deployment.settings.js';
import { credentialSettings, fileSettings, modelSettings } from './settings/file.settings.js';
import { generalSettings } from './settings/general.settings.js';
import { litellmSettings } from './settings/litellm.settings.js';
import { retryPolicySettings, routerSettings } from './settings/router.settings.js';
import { noteOf, type SettingStatus, type SettingTable } from './settings/setting.js';

/** Every table of settings, in the order of the documentation. */
export const settingTables: readonly SettingTable[] = [
  fileSettings,
  modelSettings,
  parameterSettings,
  infoSettings,
  credentialSettings,
  routerSettings,
  retryPolicySettings,
  generalSettings,
  litellmSettings,
];

const labels = {
  supported: 'supported',
  different: 'different',
  unsupported: 'no effect',
} satisfies Record<SettingStatus, string>;

/** What stands between the markers of `docs/migrating-from-litellm.md`: every provider and every setting, as Markdown. */
export function migrationTables(): string {
  return [providerTable(), ...settingTables.map(settingSection)].join('\n\n');
}

/** The document with its tables made anew. */
export function withMigrationTables(document: string): string {
  const [, before, after] = /^([^]*<!-- tables:start -->\n)[^]*(<!-- tables:end -->[^]*)$/.exec(document) ?? [];
  if (before === undefined || after === undefined) throw new Error('the document has no markers for the tables');
  return `${before}<!-- prettier-ignore-start -->\n\n${migrationTables()}\n\n<!-- prettier-ignore-end -->\n${after}`;
}

function providerTable(): string {
  const rows = Object.entries(providerPrefixes).map(([name, { provider, keyVariables, baseVariables }]) => [
    code(`${name}/`),
    code(provider),
    keyVariables.join(', '),
    baseVariables.join(', '),
  ]);
  const others = [...unservedPrefixes].map((name) => code(`${name}/`)).join(', ');
  return [
    '### Providers',
    '',
    table(['Prefix of `model`', 'Provider', 'Key, when `api_key` is absent', 'URL, when `api_base` is absent'], rows),
    '',
    `Known and not served: ${others}.`,
  ].join('\n');
}

function settingSection(settings: SettingTable): string {
  const read = Object.keys(settings.schema.shape).map((name) => {
    const { status, note } = noteOf(settings, name);
    return [code(name), labels[status], note];
  });
  const reasons = new Set(settings.unsupported.values());
  const ignored = [...reasons].map((reason) => {
    const names = [...settings.unsupported].filter(([, it]) => it === reason).map(([name]) => code(name));
    return [names.join(', '), labels.unsupported, reason];
  });
  const heading = settings.place.includes(' ') ? settings.place : code(settings.place);
  return [`### ${heading}`, '', table(['Key', 'Here', ''], [...read, ...ignored])].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
