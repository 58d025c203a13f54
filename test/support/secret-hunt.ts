/** Texts by the name of where they were found. */
export type Places = Readonly<Record<string, string>>;

/**
 * The places in which a secret stands, in the clear, the greater part of it, or as hexadecimal digits, base64 (at whatever offset) or
 * in a URL. What is found is named and not repeated.
 */
export function leaksOf(places: Places, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    [...formsOf(secret)].flatMap(([form, text]) =>
      Object.entries(places).flatMap(([place, content]) =>
        content.includes(text) ? [`${name} (${form}) in ${place}`] : [],
      ),
    ),
  );
}

function formsOf(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret);
  const forms = new Map([
    ['as it is', secret],
    ['the greater part', secret.slice(Math.min(8, secret.length >> 2), -5)],
    ['hexadecimal', bytes.toString('hex')],
    ['in a URL', encodeURIComponent(secret)],
  ]);
  for (const offset of [0, 1, 2]) {
    // Without what depends on the neighbours.
    const whole = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const core = whole.slice(offset === 0 ? 0 : 4, -4);
    forms
      .set(`base64 at ${offset}`, core)
      .set(`base64url at ${offset}`, Buffer.from(core).toString().replaceAll('+', '-').replaceAll('/', '_'));
  }
  // 64 hexadecimal digits are 32 bytes.
  if (/^[0-9a-f]{64}$/.test(secret))
    forms.set('bytes as base64', Buffer.from(secret, 'hex').toString('base64').slice(0, 40));
  return forms;
}
