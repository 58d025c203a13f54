import { toUsd } from '../domain/money.js';

/** Columns whose name in the admin API is another one. */
const names: Readonly<Record<string, string>> = { previous_expires_at: 'previous_secret_expires_at' };

/** How a value is shown whose column is named so: under which name, and what becomes of it. */
const forms: readonly {
  readonly ending: string;
  readonly shownEnding: string;
  readonly show: (value: unknown) => unknown;
}[] = [
  {
    ending: '_nano_usd',
    shownEnding: '_usd',
    show: (value) => (typeof value === 'number' ? toUsd(BigInt(Math.round(value))) : value),
  },
  {
    ending: '_audio_ms',
    shownEnding: '_audio_seconds',
    show: (value) => (typeof value === 'number' ? value / 1000 : value),
  },
  { ending: '_at', shownEnding: '_at', show: showTime },
];

/** The columns of an event in the words of the admin API. */
export function shownValues(columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => {
      const name = names[column] ?? column;
      const form = forms.find(({ ending }) => name.endsWith(ending));
      return form ? [name.slice(0, -form.ending.length) + form.shownEnding, form.show(value)] : [name, value];
    }),
  );
}

/** PostgreSQL has times that JavaScript has not, and `infinity`: they stay as they are. */
function showTime(value: unknown): unknown {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  return time && Number.isFinite(time.getTime()) ? time.toISOString() : value;
}
