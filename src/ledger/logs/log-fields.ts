import { z } from 'zod';
import { isHeavy, type HeavyColumn } from './log-row.js';
import { logSchema, type LogView } from './log.schema.js';

const MAX_FIELDS_LENGTH = 2000;
const ALL = 'all';

const { object: _, ...fields } = logSchema.shape;

/** Something that a log tells. */
export type LogField = keyof typeof fields;

/** All that a log tells, in the order of the documents. */
export const logFields = z.object(fields).keyof().options;

/** What a list tells where nothing else is asked for: all but what may be long. */
export const leanFields: readonly LogField[] = logFields.filter((field) => !isHeavy(field));

/** A log of which only some fields are shown. */
export const someFieldsSchema = logSchema
  .partial()
  .required({ object: true, id: true })
  .meta({ id: 'LogListItem', description: 'A log, with the fields that were asked for' });
export type SomeFields = z.output<typeof someFieldsSchema>;

/** The query parameter that chooses fields; the id is always among them. */
export const fieldsSchema = z
  .string()
  .max(MAX_FIELDS_LENGTH)
  .default(leanFields.join(','))
  .transform((text, context): readonly LogField[] => {
    if (text === ALL) return logFields;
    const wanted = text.split(',').map((name) => name.trim());
    const unknown = wanted.find((name) => !logFields.some((field) => field === name));
    if (unknown !== undefined) {
      context.addIssue({
        code: 'custom',
        message: `'${unknown.slice(0, 50)}' is no field of a log. The fields are ${ALL}, or of ${logFields.join(', ')}`,
      });
    }
    return logFields.filter((field) => field === 'id' || wanted.includes(field));
  })
  .meta({
    description: `What to show of each log, separated by commas, or \`${ALL}\`. By default everything but ${logFields.filter(isHeavy).join(', ')}`,
    example: 'created_at,model,status,cost_usd',
  });

/** Which of the long columns these fields need. */
export function heavyOf(wanted: readonly LogField[]): readonly HeavyColumn[] {
  return wanted.flatMap((field) => (isHeavy(field) ? [field] : []));
}

/** A log with these fields only. */
export function onlyFields(log: LogView, wanted: readonly LogField[]): SomeFields {
  const { object, id } = log;
  return { object, id, ...Object.fromEntries(wanted.map((field) => [field, log[field]])) };
}
