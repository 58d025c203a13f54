/**
 * The field of a form that a refusal of the API means: the form's fields are named as the API's, and one may stand for a whole list
 * (`models.3` is meant by `models`, which is one text).
 * @param values what the form holds
 * @param param as the API names it: `budgets.0.limit_usd`
 * @returns undefined where the form has no such field
 */
export function fieldOf(values: unknown, param: string | undefined): string | undefined {
  if (!param) return undefined;
  const path: string[] = [];
  let value = values;
  for (const segment of param.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) break;
    path.push(segment);
    value = (value as Record<string, unknown>)[segment];
  }
  const isField = typeof value === 'string' || typeof value === 'boolean';
  const isChoice = Array.isArray(value) && value.every((each) => typeof each === 'string');
  return path.length > 0 && (isField || isChoice) ? path.join('.') : undefined;
}
