import type { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { cacheKeys } from '../../src/config-file/litellm/cache.keys.js';
import { infoKeys, parameterKeys } from '../../src/config-file/litellm/deployment.keys.js';
import { credentialKeys, fileKeys, modelKeys } from '../../src/config-file/litellm/file.keys.js';
import { generalKeys } from '../../src/config-file/litellm/general.keys.js';
import { factsOf, type KeyTable, type Support } from '../../src/config-file/litellm/key-table.js';
import {
  keyBoundKeys,
  keyGenerationKeys,
  newKeyKeys,
  newTeamKeys,
  personalKeyGenerationKeys,
  teamKeyGenerationKeys,
  teamSettingsKeys,
} from '../../src/config-file/litellm/issuing.keys.js';
import { litellmKeys } from '../../src/config-file/litellm/litellm.keys.js';
import { retryPolicyKeys, routerKeys } from '../../src/config-file/litellm/router.keys.js';
import { unservedPrefixes } from '../../src/config-file/litellm/unserved-prefixes.js';
import { code } from './markdown.js';

/** Every table of keys, in the order of the documentation. */
export const keyTables: readonly KeyTable[] = [
  fileKeys,
  modelKeys,
  parameterKeys,
  infoKeys,
  credentialKeys,
  routerKeys,
  retryPolicyKeys,
  generalKeys,
  litellmKeys,
  cacheKeys,
  newKeyKeys,
  keyBoundKeys,
  newTeamKeys,
  teamSettingsKeys,
  keyGenerationKeys,
  teamKeyGenerationKeys,
  personalKeyGenerationKeys,
];

const labels = {
  supported: 'supported',
  different: 'different',
  unsupported: 'no effect',
} satisfies Record<Support, string>;

/** The tables of `docs/migrating-from-litellm.md`: every provider and every key, as Markdown. */
export function migrationTables(providers: ProviderRegistry): string {
  return [providerTable(providers), ...keyTables.map(keySection)].join('\n\n');
}

function providerTable(providers: ProviderRegistry): string {
  const rows = providers.prefixes().map((name) => {
    const named = providers.byPrefix(name);
    return [
      code(`${name}/`),
      code(named?.adapter.provider ?? ''),
      named?.environment.api_key.join(', ') ?? '',
      [...(named?.environment.api_base ?? []), ...(named?.chatService ? [code(named.chatService.apiBase)] : [])].join(
        ', ',
      ),
    ];
  });
  const others = [...unservedPrefixes].map((name) => code(`${name}/`)).join(', ');
  return [
    '### Providers',
    '',
    table(['Prefix of `model`', 'Provider', 'Key, when `api_key` is absent', 'URL, when `api_base` is absent'], rows),
    '',
    `Known and not served: ${others}.`,
  ].join('\n');
}

function keySection(keys: KeyTable): string {
  const read = Object.keys(keys.schema.shape).map((name) => {
    const { support, note, setting } = factsOf(keys, name);
    return [code(name), labels[support], setting ? code(setting) : '', note];
  });
  const explanations = new Set(keys.unsupported.values());
  const ignored = [...explanations].map((explanation) => {
    const names = [...keys.unsupported].filter(([, it]) => it === explanation).map(([name]) => code(name));
    return [names.join(', '), labels.unsupported, '', explanation];
  });
  const heading = keys.place.includes(' ') ? keys.place : code(keys.place);
  return [`### ${heading}`, '', table(['Key', 'Here', 'Setting', ''], [...read, ...ignored])].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
