/**
 * Whether a list of what may be used has a model: names, and patterns in which `*` stands for any run of characters, also for none.
 * @param list null = all
 */
export function allowsModel(list: readonly string[] | null, model: string): boolean {
  return list === null || list.some((pattern) => fits(pattern, model));
}

function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  // What lies between has to have the middle parts, one after the other.
  let middle = text.slice(first.length, text.length - last.length);
  for (const piece of rest) {
    const at = middle.indexOf(piece);
    if (at < 0) return false;
    middle = middle.slice(at + piece.length);
  }
  return true;
}
