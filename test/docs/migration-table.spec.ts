import { z } from 'zod';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { ProviderRegistry } from '../../src/providers/provider-registry.js';
import { deploymentRoutingSchema } from '../../src/domain/routing-settings.js';
import { settingsSchema } from '../../src/config/settings.schema.js';
import { createDeploymentSchema } from '../../src/models/deployments/deployment.schema.js';
import { factsOf, knownNames } from '../../src/config-file/litellm/key-table.js';
import { unservedPrefixes } from '../../src/config-file/litellm/unserved-prefixes.js';
import { unsupportedKeys } from '../../src/config-file/litellm/unsupported-keys.js';
import { keyTables, migrationTables } from './migration-table.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));

const shapeOf = (schema: z.ZodType) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

describe('the tables of keys', () => {
  it.each(keyTables.map((table) => [table.place, table] as const))(
    '%s says something about each key once',
    (_, table) => {
      const names = knownNames(table);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      const notes = [
        ...Object.keys(table.schema.shape).map((name) => factsOf(table, name).note),
        ...table.unsupported.values(),
      ];
      expect(notes.filter((note) => !/^[^|\n]{8,}\.$/.test(note))).toEqual([]);
    },
  );

  it('name settings that exist', () => {
    const named = keyTables.flatMap((table) =>
      Object.keys(table.schema.shape).flatMap((name) => factsOf(table, name).setting ?? []),
    );
    const ofGateway = Object.keys(settingsSchema.in.shape);
    const known = new Set([
      ...ofGateway,
      ...Object.keys(createDeploymentSchema.shape),
      ...Object.keys(deploymentRoutingSchema.shape).map((name) => `routing.${name}`),
      ...providers.all().flatMap(({ settings }) => shapeOf(settings).map((name) => `settings.${name}`)),
    ]);
    expect(named.filter((setting) => !known.has(setting))).toEqual([]);
    expect(named).toContain('routing.order');
  });

  it('have a place for all of the data', () => {
    const places = keyTables.map(({ place }) => place);
    expect(Object.keys(unsupportedKeys).filter((place) => !places.includes(place))).toEqual([]);
  });

  it('serve no prefix that is not served', () => {
    expect(providers.prefixes().filter((name) => unservedPrefixes.has(name))).toEqual([]);
  });

  it('have every key in the document', () => {
    const tables = migrationTables(providers);
    const names = keyTables.flatMap((table) => [...knownNames(table)]);
    expect(names.filter((name) => !tables.includes(`\`${name}\``))).toEqual([]);
  });
});
