import * as z from 'zod/mini';

/** What a form needs to know of a rule of JSON Schema; anything else is left to the API. */
const ruleSchema = z.object({
  type: z.optional(z.string()),
  enum: z.optional(z.array(z.string())),
  const: z.optional(z.string()),
  description: z.optional(z.string()),
  default: z.optional(z.unknown()),
  items: z.optional(z.unknown()),
  anyOf: z.optional(z.array(z.unknown())),
  additionalProperties: z.optional(z.unknown()),
});
type Rule = z.infer<typeof ruleSchema>;

const objectSchema = z.object({ properties: z.optional(z.record(z.string(), z.unknown())) });

/** How a setting is entered. `words` stand for a whole list, as `any` does. */
export type SettingShape =
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'flag' | 'number' | 'text' | 'map' | 'json' }
  | { readonly kind: 'choices'; readonly options: readonly string[]; readonly words: readonly string[] }
  | { readonly kind: 'list'; readonly words: readonly string[] };

/** A setting of deployments, as its provider describes it. */
export type SettingField = SettingShape & {
  readonly name: string;
  readonly description: string | undefined;
  /** What holds where nothing is said, in words; undefined = the description does not say it. */
  readonly usual: string | undefined;
};

/**
 * The settings that a provider's deployments may have, by their description: a JSON Schema of an object. What no field is made for is
 * entered as JSON.
 */
export function settingFields(schema: unknown): readonly SettingField[] {
  const { properties = {} } = z.safeParse(objectSchema, schema).data ?? {};
  return Object.entries(properties).map(([name, property]) => {
    const rule = ruleOf(property);
    return { name, description: rule?.description, usual: wordsOf(rule?.default), ...shapeOf(rule) };
  });
}

function ruleOf(schema: unknown): Rule | undefined {
  return z.safeParse(ruleSchema, schema).data;
}

function shapeOf(rule: Rule | undefined): SettingShape {
  if (rule?.anyOf) return unionOf(rule.anyOf.map(ruleOf));
  switch (rule?.type) {
    case 'boolean':
      return { kind: 'flag' };
    case 'integer':
    case 'number':
      return { kind: 'number' };
    case 'string':
      return rule.enum ? { kind: 'choice', options: rule.enum } : { kind: 'text' };
    case 'array':
      return listOf(rule, []);
    case 'object':
      return { kind: ruleOf(rule.additionalProperties)?.type === 'string' ? 'map' : 'json' };
    default:
      return { kind: 'json' };
  }
}

/** A list, or a word in its place. */
function unionOf(rules: readonly (Rule | undefined)[]): SettingShape {
  const words = rules.flatMap((rule) => rule?.const ?? []);
  const [list, ...others] = rules.filter((rule) => rule?.const === undefined);
  return list?.type === 'array' && others.length === 0 ? listOf(list, words) : { kind: 'json' };
}

function listOf(rule: Rule, words: readonly string[]): SettingShape {
  const items = ruleOf(rule.items);
  if (items?.type !== 'string') return { kind: 'json' };
  return items.enum ? { kind: 'choices', options: items.enum, words } : { kind: 'list', words };
}

function wordsOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
