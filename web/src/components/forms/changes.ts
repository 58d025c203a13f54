/** What of a body has become another, field by field: all that a change sends, so that it undoes nothing that others have changed. */
export function changes<Body extends object>(before: Body, after: Body): Partial<Body> {
  const changed: Partial<Body> = {};
  for (const name of Object.keys(after) as (keyof Body)[]) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) changed[name] = after[name];
  }
  return changed;
}
