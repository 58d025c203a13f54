// npm run openapi: writes docs/openapi.json from the routes, without a database: in preview mode nothing is started.
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../build/app.module.js';
import { readSettings } from '../build/config/settings.js';
import { buildOpenApi } from '../build/openapi.js';

const secrets = { masterKey: '', masterKeySource: 'environment', masterKeyFile: '', encryptionKey: Buffer.alloc(32) };
const facts = { settings: readSettings({}), variables: {}, secrets, databaseUrl: '' };
const app = await NestFactory.create(AppModule.register(facts), { preview: true, logger: false });
writeFileSync('docs/openapi.json', `${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
