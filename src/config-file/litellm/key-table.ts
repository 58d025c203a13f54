import { z } from 'zod';
import { type SaidSettings, settingsSchema } from '../../config/settings.schema.js';
import { deploymentRoutingSchema, type DeploymentRouting } from '../../domain/routing-settings.js';
import { type CreateDeployment, createDeploymentSchema } from '../../models/deployments/deployment.schema.js';
import { unsupportedKeys } from './unsupported-keys.js';

/**
 * What becomes of a key that LiteLLM knows: it does the same here, it does something else, or it does nothing and a
 * warning says so.
 */
export type Support = 'supported' | 'different' | 'unsupported';

/**
 * One of our settings: the gateway's, a deployment's, or with a dot what lies in a part of a deployment, such as
 * `routing.order`.
 */
export type SettingName =
  | keyof SaidSettings
  | keyof Pick<CreateDeployment, 'weight' | 'api_key' | 'api_base'>
  | `routing.${keyof DeploymentRouting}`
  | `settings.${string}`;

/** The rule of each setting. The provider judges what is in `settings`. */
const rules = new Map<string, z.ZodType>([
  ...Object.entries(settingsSchema.in.shape),
  ...Object.entries(createDeploymentSchema.shape),
  ...Object.entries(deploymentRoutingSchema.shape).map(([name, rule]) => [`routing.${name}`, rule] as const),
]);

/** What is known of a key that is read. */
export interface ReadKey {
  readonly support: 'supported' | 'different';
  /** One sentence: what it does, or what is different. */
  readonly note: string;
  /** Our setting that the value becomes, whose own rule judges it. Absent: a reader makes something of it. */
  readonly setting?: SettingName;
  /** It holds keys of its own, with a table of their own. */
  readonly nested?: true;
  /**
   * Going on without a value that cannot be read would open, disclose or misdirect something: it stops the start, or
   * switches the deployment off. Any other such value is ignored with a warning.
   */
  readonly vital?: true;
}

/** What is known of every schema made with `supported` or `different`. */
const facts = z.registry<ReadKey>();

/**
 * A key that does what it does in LiteLLM.
 * @param schema makes our setting's type and unit of the value, if there is a setting
 * @param setting see {@link ReadKey}
 */
export function supported<Schema extends z.ZodType>(schema: Schema, note: string): z.ZodOptional<Schema>;
export function supported(schema: z.ZodType, note: string, setting: SettingName): z.ZodOptional<z.ZodType>;
export function supported(schema: z.ZodType, note: string, setting?: SettingName): z.ZodOptional<z.ZodType> {
  return known(judged(schema, setting), { support: 'supported', note, setting });
}

/** A part of the file whose keys have a table of their own. */
export function nested(note: string): z.ZodOptional<z.ZodUnknown> {
  return known(z.unknown(), { support: 'supported', note, nested: true });
}

/**
 * A key that is read, and does something else than in LiteLLM.
 * @param schema makes our setting's type and unit of the value, if there is a setting
 * @param setting see {@link ReadKey}
 */
export function different<Schema extends z.ZodType>(schema: Schema, note: string): z.ZodOptional<Schema>;
export function different(schema: z.ZodType, note: string, setting: SettingName): z.ZodOptional<z.ZodType>;
export function different(schema: z.ZodType, note: string, setting?: SettingName): z.ZodOptional<z.ZodType> {
  return known(judged(schema, setting), { support: 'different', note, setting });
}

/** A key without whose value it would not be safe to go on; see {@link ReadKey}. */
export function vital<Schema extends z.ZodType>(key: z.ZodOptional<Schema>): z.ZodOptional<Schema> {
  const fact = facts.get(key);
  if (!fact) throw new Error('a vital key must be a known one');
  facts.add(key, { ...fact, vital: true });
  return key;
}

function known<Schema extends z.ZodType>(schema: Schema, fact: ReadKey): z.ZodOptional<Schema> {
  const optional = schema.optional();
  facts.add(optional, fact);
  return optional;
}

/** The value, judged by the rule of the setting that it becomes; what is absent stays so, whatever the default. */
function judged(schema: z.ZodType, setting: SettingName | undefined): z.ZodType {
  let rule: z.core.$ZodType | undefined = setting && rules.get(setting);
  while (rule instanceof z.ZodDefault || rule instanceof z.ZodOptional) rule = rule.unwrap();
  return rule ? schema.pipe(rule) : schema;
}

/** Every key that LiteLLM knows in one place of the file. */
export interface KeyTable<Shape extends z.core.$ZodLooseShape = z.core.$ZodLooseShape> {
  /** Such as `router_settings`; the heading in the documentation. */
  readonly place: string;
  readonly schema: z.ZodObject<Shape>;
  /** The explanation by name. */
  readonly unsupported: ReadonlyMap<string, string>;
}

/** The table of a place: the keys that are read, and from the data those that are not. */
export function keyTable<Shape extends z.core.$ZodLooseShape>(place: string, shape: Shape): KeyTable<Shape> {
  const unsupported = (unsupportedKeys[place] ?? []).flatMap(({ explanation, names }) =>
    names.split(/\s+/).map((name): [string, string] => [name, explanation]),
  );
  return { place, schema: z.object(shape), unsupported: new Map(unsupported) };
}

/** The names that are read and those that are only known. */
export function knownNames(table: KeyTable): readonly string[] {
  return [...Object.keys(table.schema.shape), ...table.unsupported.keys()];
}

/** @throws Error for a key that was declared without a note */
export function factsOf(table: KeyTable, name: string): ReadKey {
  const schema = table.schema.shape[name];
  const fact = schema instanceof z.ZodType ? facts.get(schema) : undefined;
  if (!fact) throw new Error(`${table.place}.${name} has no note`);
  return fact;
}

/** A map with maps in it, one level deep: `{ weight: 1, routing: { order: 2 } }`. */
type Emitted = Readonly<Record<string, unknown>>;

/** What a section that was read says in our words: every value under the name of its setting. */
export function settingsOf(table: KeyTable, section: Readonly<Record<string, unknown>>): Emitted {
  const emitted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(section)) {
    const { setting } = factsOf(table, name);
    if (setting === undefined || value === undefined) continue;
    const [part = '', inner] = setting.split('.');
    emitted[part] = inner === undefined ? value : { ...Object(emitted[part]), [inner]: value };
  }
  return emitted;
}
