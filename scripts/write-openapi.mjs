// npm run openapi: writes docs/openapi.json from the routes, without a database: in preview mode nothing is started.
import { writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { NestFactory } from '@nestjs/core';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { AppModule } = await import('../src/app.module.ts');
const { readSettings } = await import('../src/config/settings.ts');
const { buildOpenApi } = await import('../src/openapi.ts');

const secrets = { masterKey: '', masterKeySource: 'environment', masterKeyFile: '', encryptionKey: Buffer.alloc(32) };
const facts = { settings: readSettings({}), variables: {}, secrets, databaseUrl: '' };
const app = await NestFactory.create(AppModule.register(facts), { preview: true, logger: false });
writeFileSync('docs/openapi.json', `${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
