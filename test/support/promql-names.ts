/** A selector of a query: a metric, and what is asked of its labels. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
}

/** The names in a query. */
export interface QueryNames {
  readonly selectors: readonly Selector[];
  /** Labels of `by (...)` and its like. */
  readonly grouped: readonly string[];
  readonly functions: readonly string[];
}

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|\d[\w.]*|[=!]~|[=!<>]=|./gy;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset']);
const GROUPINGS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/**
 * The names in a query of PromQL. Whether it is a query is promtool's to say.
 * @throws Error where it cannot be read
 */
export function namesIn(query: string): QueryNames {
  // What Grafana puts in.
  const tokens = (query.replaceAll('$__rate_interval', '5m').match(TOKEN) ?? []).filter((it) => it.trim() !== '');
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  const functions: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const next = tokens[index + 1];
    if (!/^[a-zA-Z_:]/.test(token) || OPERATORS.has(token)) continue;
    const end = tokens.indexOf(next === '{' ? '}' : ')', index);
    const inner = tokens.slice(index + 2, end);
    if (GROUPINGS.has(token)) {
      grouped.push(...inner.filter((it) => it !== ','));
      index = end;
    } else if (next === '(') functions.push(token);
    else if (GROUPINGS.has(next ?? '')) functions.push(token);
    else {
      selectors.push({ metric: token, matchers: next === '{' ? matchersOf(inner) : [] });
      if (next === '{') index = end;
    }
  }
  return { selectors, grouped, functions };
}

function matchersOf(tokens: readonly string[]): Selector['matchers'] {
  const matchers: Selector['matchers'][number][] = [];
  for (let index = 0; index < tokens.length; index += 4) {
    const [label, operator, value, comma] = tokens.slice(index, index + 4);
    if (!label || !/^(=|!=|=~|!~)$/.test(operator ?? '') || !value?.startsWith('"') || (comma ?? ',') !== ',') {
      throw new Error(`these are no matchers: ${tokens.join(' ')}`);
    }
    matchers.push({ label, value: value.slice(1, -1) });
  }
  return matchers;
}
