/** The address of an endpoint. Google's clients add the version themselves; other people's base URLs have it already. */
export function geminiUrl(apiBase: string, path: string): string {
  return `${apiBase.replace(/(?<!\/)\/+$/, '').replace(/\/v1beta$/, '')}/v1beta/${path}`;
}
