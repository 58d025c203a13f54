import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isSecretSetting } from '../config/settings.schema.js';
import { NO_ISSUING_RULES, type IssuingRules } from '../domain/issuing-rules.js';
import { previewSecret } from '../domain/secret-preview.js';
import type { ConfigFile } from './config-file.reader.js';

/** What a file declares, by section and name, as digests. */
export const declaredSchema = z.record(z.string(), z.record(z.string(), z.string()));
export type Declared = z.output<typeof declaredSchema>;

/** What has become of a section. */
export interface SectionChange {
  readonly added?: readonly string[];
  readonly changed?: readonly string[];
  readonly removed?: readonly string[];
}

/** Digests of all that a file declares. Of provider keys they have what the admin API shows, of secret settings that they are there. */
export function declaredBy({ models, aliases, fallbacks, settings, issuing }: ConfigFile): Declared {
  return {
    models: digests(
      models.map(({ name, routing, deployments }) => [
        name,
        {
          routing,
          deployments: deployments.map(({ api_key, ...rest }) => ({
            ...rest,
            api_key: api_key && previewSecret(api_key),
          })),
        },
      ]),
    ),
    aliases: digests(aliases.map(({ name, model, hidden }) => [name, { model, hidden }])),
    fallbacks: digests([...fallbacks]),
    settings: digests(
      Object.entries(settings).map(([name, value]) => [name, isSecretSetting(name) ? 'secret' : value]),
    ),
    rules: digests(rulesOf(issuing)),
  };
}

/** By the names of LiteLLM's keys; what says nothing is not declared. */
export function rulesOf({ timeZone, newKeys, keyBounds, required, newTeams }: IssuingRules) {
  const rules = [
    ['timezone', timeZone, NO_ISSUING_RULES.timeZone],
    ['default_key_generate_params', newKeys, NO_ISSUING_RULES.newKeys],
    ['upperbound_key_generate_params', keyBounds, NO_ISSUING_RULES.keyBounds],
    ['key_generation_settings', required, NO_ISSUING_RULES.required],
    ['default_team_params', newTeams, NO_ISSUING_RULES.newTeams],
  ] as const;
  return rules
    .filter(([, said, nothing]) => JSON.stringify(said) !== JSON.stringify(nothing))
    .map(([name, said]) => [name, said] as const);
}

/** What has been added, changed and removed, by section; undefined where nothing has. */
export function changesOf(before: Declared, after: Declared): Record<string, SectionChange> | undefined {
  const sections = Object.keys({ ...before, ...after }).flatMap((section) => {
    const [was, is] = [new Map(Object.entries(before[section] ?? {})), new Map(Object.entries(after[section] ?? {}))];
    const names = {
      added: [...is.keys()].filter((name) => !was.has(name)),
      changed: [...is].filter(([name, digest]) => was.has(name) && was.get(name) !== digest).map(([name]) => name),
      removed: [...was.keys()].filter((name) => !is.has(name)),
    };
    const change = Object.fromEntries(Object.entries(names).filter(([, list]) => list.length > 0));
    return Object.keys(change).length === 0 ? [] : [[section, change] as const];
  });
  return sections.length === 0 ? undefined : Object.fromEntries(sections);
}

function digests(things: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    things.map(([name, thing]) => [
      name,
      createHash('sha256').update(JSON.stringify(thing)).digest('hex').slice(0, 16),
    ]),
  );
}
