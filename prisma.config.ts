import { defineConfig } from 'prisma/config';

// `prisma generate` asks for the schema engine's path but never runs it; naming any existing file spares the
// download, so that the client is generated without a network.
if (process.argv.includes('generate')) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
