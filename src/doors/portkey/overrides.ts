import type { PortkeyOverrides } from '../../domain/portkey/portkey-config.js';

type Fields = ReadonlyMap<string, readonly string[]>;

/** The form's fields with those of `override_params` in their place, as a form has them; null takes a field away. */
export function withOverrides(fields: Fields, overrides: PortkeyOverrides): Fields {
  const names = Object.keys(overrides);
  // `x[...]` belongs to `x`.
  const kept = [...fields].filter(([name]) => !names.includes(name.replace(/\[.*$/s, '')));
  const told = Object.entries(overrides).flatMap(([name, value]) =>
    value === null ? [] : [[name, [value].flat().map(textOf)] as const],
  );
  return new Map([...kept, ...told]);
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
