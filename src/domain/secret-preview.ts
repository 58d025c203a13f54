/** What may be shown of a secret: `sk-aur-...wxyz`. A secret too short to spare four characters shows nothing. */
export function previewSecret(secret: string): string {
  if (secret.length < 16) return '...';
  const prefix = /^(sk-aur-admin-|sk-aur-|sk-proj-|sk-|gsk_)/.exec(secret)?.[0] ?? '';
  return `${prefix}...${secret.slice(-4)}`;
}
