/** Names a database for messages: `PostgreSQL at db.example.com:5432/auricle`, never the password. */
export function describeDatabase(url: string): string {
  // Connection strings for Unix sockets need not be URLs.
  if (!URL.canParse(url)) return 'PostgreSQL';
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname || 'localhost'}:${port || 5432}${pathname}`;
}
