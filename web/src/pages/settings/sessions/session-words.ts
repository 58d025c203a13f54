/** What a session was opened with. A kind that is not here yet is called as the API calls it. */
const KINDS: Readonly<Record<string, string>> = {
  master_key: 'master key',
  admin_key: 'admin key',
  virtual_key: 'API key',
  oidc: 'single sign-on',
};

/** What a session was opened with, in words. */
export function kindWords(kind: string): string {
  return (Object.hasOwn(KINDS, kind) && KINDS[kind]) || kind.replaceAll('_', ' ');
}

/** Browsers by a word of what they send; those that also send another's come first. */
const BROWSERS: readonly (readonly [name: string, mark: string])[] = [
  ['Edge', 'Edg/'],
  ['Opera', 'OPR/'],
  ['Firefox', 'Firefox/'],
  ['Chrome', 'HeadlessChrome/'],
  ['Chrome', 'Chrome/'],
  ['Safari', 'Version/'],
];

const SYSTEMS: readonly (readonly [name: string, mark: string])[] = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['macOS', 'Macintosh'],
  ['Linux', 'Linux'],
];

/** A browser as people call it, `Firefox 133 on Linux`; what is none that is known, as it calls itself. */
export function browserWords(userAgent: string | null): string {
  if (!userAgent) return 'unknown';
  const browser = BROWSERS.find(([, mark]) => userAgent.includes(mark));
  if (!browser) return userAgent;
  const [name, mark] = browser;
  const version = Number.parseInt(userAgent.slice(userAgent.indexOf(mark) + mark.length), 10);
  const system = SYSTEMS.find(([, word]) => userAgent.includes(word));
  return [Number.isNaN(version) ? name : `${name} ${version}`, ...(system ? [`on ${system[0]}`] : [])].join(' ');
}
