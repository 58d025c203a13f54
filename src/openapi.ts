import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { isOfOwn, permissionNames, type Permission } from './domain/administrator.js';
import { X_KEY_HOLDERS, X_PERMISSION, X_ROLES } from './http/access.js';
import { commonHeaders } from './http/openapi/documented-headers.js';
import { servedHeaders } from './serving/answer-headers.openapi.js';

const description = `
Auricle is a self-hosted speech-to-text gateway. The routes under \`/v1\` answer exactly as OpenAI's do, so keep your OpenAI
SDK and change its base URL and key. The routes under \`/admin/v1\` administer the gateway and are opened by the master key, and
by an admin key as far as its role goes: \`x-roles\` of an operation names the roles that may call it.
Every error is in OpenAI's envelope, and every answer has an \`x-request-id\`, which is also the id of its log.`.trim();

const MASTER_KEY =
  'The master key, or an admin key (`sk-aur-admin-...`) with a role that may call the operation; `/metrics` also `METRICS_TOKEN`';

const SESSION =
  'The cookie of a session, for the pages of this gateway. It opens what its key would, in the place of one';

const OF_HOLDERS = ' Whoever is signed in with a virtual key has only what is of that key.';

/** The OpenAPI document of the whole gateway, from the routes' own schemas. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Auricle')
    .setDescription(description)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This gateway')
    .addSecurity('api_key', {
      type: 'http',
      scheme: 'bearer',
      description: 'A virtual key (`sk-aur-...`); for audio and models also a client token (`ct-aur-...`)',
    })
    .addSecurity('master_key', { type: 'http', scheme: 'bearer', description: MASTER_KEY })
    .addCookieAuth('__Host-auricle_session', { type: 'apiKey', in: 'cookie', description: SESSION }, 'session')
    .addTag('OpenAI: audio', 'Transcriptions, translations and speech, as OpenAI answers them')
    .addTag('OpenAI: chat', 'Chat completions, with audio in and out')
    .addTag('OpenAI: models', 'What a key may use')
    .addTag('Virtual keys', 'What a key may do, told to itself')
    .addTag('Client tokens', 'What pages and apps use in the place of a key')
    .addTag('Sessions', 'Signing in to the dashboard, and who is signed in')
    .addTag('Admin: keys', 'Virtual keys for applications')
    .addTag('Admin: teams', 'What bounds the keys that belong together')
    .addTag('Admin: admin keys', 'Keys for those who administer the gateway, each with a role')
    .addTag('Admin: gateway', 'What bounds all requests together')
    .addTag('Admin: models', 'Public models')
    .addTag('Admin: deployments', 'The ways in which models are served: what they are, how they do, and tests of them')
    .addTag('Admin: credentials', 'Provider secrets, encrypted at rest')
    .addTag('Admin: providers', 'What deployments can be made of: providers, their models, capabilities and prices')
    .addTag('Admin: configs', "Configs in Portkey's form that requests name")
    .addTag('Admin: configuration', 'The configuration file')
    .addTag('Admin: cache', 'Answers that are kept to be given again')
    .addTag('Admin: alerts', 'Webhooks that are told of what happens')
    .addTag('Admin: logs', 'The ledger: one log for every request')
    .addTag('Admin: analytics', 'The ledger, summed: by time, model, key and whatever else is known of requests')
    .addTag('Admin: audit', 'Who has changed what')
    .addTag('Health', 'Probes')
    .addTag('Metrics', 'Counts and states for Prometheus')
    .addTag('LiteLLM: health', "LiteLLM's probes")
    .addTag('LiteLLM: management', "LiteLLM's calls for keys, models and spend, for scripts that were made for it")
    .addTag('Portkey: configs', "Portkey's calls for saved configs, for its clients")
    .addTag('Portkey: feedback', 'What people think of answers')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = { ...document.components, headers: { ...commonHeaders, ...servedHeaders } };
  renameAliases(document);
  declareRoles(document);
  declarePublicRoutes(document);
  declareOptionalBodies(document);
  return plainReferences(document);
}

/** Routes with and without `/v1` share a handler, but an operation id must be unique. */
function renameAliases({ paths }: OpenAPIObject): void {
  for (const [path, methods] of Object.entries(paths)) {
    if (!(`/v1${path}` in paths)) continue;
    for (const operation of [methods.get, methods.post]) {
      if (operation?.operationId) operation.operationId += 'WithoutVersion';
    }
  }
}

/** Says in words which roles may call an operation, from what its decorator says. */
function declareRoles({ paths }: OpenAPIObject): void {
  for (const methods of Object.values(paths)) {
    for (const operation of [methods.get, methods.post, methods.put, methods.patch, methods.delete]) {
      const roles: unknown = operation && Object.entries(operation).find(([name]) => name === X_ROLES)?.[1];
      if (!operation || !Array.isArray(roles)) continue;
      const isForHolders = X_KEY_HOLDERS in operation;
      const said = `Roles: ${roles.map((role) => `\`${role}\``).join(', ')}.`;
      const ofOwn = permissionNames.some((name) => isOfOwn(name) && hasPermission(operation, name));
      const ofTeams = roles.includes('team_admin') && !ofOwn ? ' A `team_admin` has only what is of its teams.' : '';
      operation.description = [operation.description, said + ofTeams + (isForHolders ? OF_HOLDERS : '')]
        .filter(Boolean)
        .join('\n\n');
    }
  }
}

function hasPermission(operation: object, permission: Permission): boolean {
  return Object.entries(operation).some(([name, value]) => name === X_PERMISSION && value === permission);
}

/** A route that asks for no key says so: its absence could be forgetfulness. */
function declarePublicRoutes({ paths }: OpenAPIObject): void {
  for (const methods of Object.values(paths)) {
    for (const operation of [methods.get, methods.post, methods.delete]) if (operation) operation.security ??= [];
  }
}

/** A body that has a default may be left out. */
function declareOptionalBodies({ paths }: OpenAPIObject): void {
  for (const { post } of Object.values(paths)) {
    if (!post?.requestBody || !('content' in post.requestBody)) continue;
    const { schema } = post.requestBody.content['application/json'] ?? {};
    if (schema && 'default' in schema) post.requestBody.required = false;
  }
}

/**
 * References as OpenAPI 3.0 wants them: `allOf` around one of them only where something else stands beside it, and
 * `nullable` only beside a `type`. All that is both named and nullable is an object.
 */
function plainReferences<T>(value: T): T;
function plainReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => plainReferences(item));
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, ...rest } = Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plainReferences(it)]));
  if (allOf === undefined) return rest;
  const isAlone = Array.isArray(allOf) && allOf.length === 1 && Object.keys(rest).length === 0;
  if (isAlone) return allOf[0];
  return rest['nullable'] === true ? { type: 'object', ...rest, allOf } : { ...rest, allOf };
}

/** Serves the document at `/openapi.json` and Swagger UI at `/docs`. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Auricle API',
    swaggerOptions: { displayRequestDuration: true, tryItOutEnabled: true },
  });
}
