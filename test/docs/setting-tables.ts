import { z } from 'zod';
import { meaningOf, ruleIn, settingSections, variableOf } from '../../src/config/settings.schema.js';
import { code, table } from './markdown.js';

/** What the documents say of a setting. */
interface Documented {
  readonly variable: string;
  /** As it would be written in the environment; undefined = there is none. */
  readonly fallback: string | undefined;
  /** Sentences, the range last. */
  readonly meaning: string;
}

/** The names of the sections, in the order of the documents. */
export const sectionNames = Object.keys(settingSections);

function documented(section: string): readonly Documented[] {
  const schema = Object.entries(settingSections).find(([name]) => name === section)?.[1];
  if (!schema) throw new Error(`there is no section ${section}`);
  return Object.entries(schema.shape).map(([name, rule]) => {
    return { variable: variableOf(name), fallback: fallbackOf(rule), meaning: meaningOf(name) };
  });
}

function fallbackOf(rule: z.core.$ZodType): string | undefined {
  for (let inner: z.core.$ZodType | undefined = rule; inner; inner = ruleIn(inner)) {
    if (inner instanceof z.ZodDefault) {
      const { defaultValue } = inner.def;
      return Array.isArray(defaultValue) ? defaultValue.join(',') || undefined : String(defaultValue);
    }
  }
  return undefined;
}

/** The table of a section in docs/configuration.md. */
export function settingsTable(section: string): string {
  const rows = documented(section).map(({ variable, fallback, meaning }) => [
    code(variable),
    fallback === undefined ? 'unset' : code(fallback),
    meaning,
  ]);
  return table(['Variable', 'Default', 'Meaning'], rows);
}

const EXAMPLE_WIDTH = 118;

/** The lines of every setting in `.env.example`. */
export function exampleSettings(): string {
  return sectionNames
    .map((section) =>
      [
        `# --- ${section} ---`,
        ...documented(section).map(
          ({ variable, fallback = '', meaning }) =>
            `${wrapped(meaning.replaceAll('`', '')).join('\n')}\n#${variable}=${fallback}`,
        ),
      ].join('\n\n'),
    )
    .join('\n\n');
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < EXAMPLE_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}
