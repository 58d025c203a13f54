import { z } from 'zod';

/** More values of one parameter make a statement that nobody means. */
const MAX_VALUES = 20;

/**
 * A query parameter that may be given several times, as a list. What is wrong with any of its values is said of the parameter.
 * @param item of one value, which is text
 */
export function repeatable<Item extends z.ZodType>(item: Item) {
  const list = z.array(item).max(MAX_VALUES, `must not be given more than ${MAX_VALUES} times`);
  const { $schema: _, ...documented } = z.toJSONSchema(list, { io: 'input' });
  return z
    .unknown()
    .transform((sent, context): z.output<Item>[] => {
      const { data, error } = list.safeParse([sent].flat());
      if (data) return data;
      context.addIssue({ code: 'custom', message: error?.issues[0]?.message ?? 'is not valid' });
      return z.NEVER;
    })
    .optional()
    .meta({ ...documented });
}

/** A query parameter that is `true` or `false`. */
export const booleanQuerySchema = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true');

/** A query parameter that is a non-negative decimal number without an exponent, as text. */
export const decimalQuerySchema = z
  .string()
  .max(30)
  .regex(/^\d{1,15}(\.\d{1,12})?$/, 'must be a decimal number such as 0.25');
