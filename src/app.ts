import type { Server } from 'node:http';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FileAlerts } from './alerts/file-alerts.js';
import { AppModule, type GatewayFacts } from './app.module.js';
import { ConfigFileService } from './config-file/config-file.service.js';
import { Drain } from './http/drain.js';
import { allowOnly } from './http/allowed-ips.js';
import { giveClientAddress } from './http/client-address.js';
import { cutUnreadBodies } from './http/connection/close-after-answer.js';
import { handleExpectContinue } from './http/connection/expect-continue.js';
import { answerMalformedRequests } from './http/connection/malformed-request.js';
import { serveDashboard } from './dashboard/dashboard.js';
import { enterDoors } from './doors/doors.js';
import { SavedConfigsService } from './doors/portkey/configs/saved-configs.service.js';
import { CLOCK, type Clock } from './http/clock.js';
import { corsOf } from './http/cors.js';
import { giveRequestId } from './http/request-id.js';
import { secureAnswers } from './http/secure-answers.js';
import { tellWorker } from './http/tell-worker.js';
import { tidyPath } from './http/tidy-path.js';
import { accessLog } from './process-log/access-log.js';
import { NestLogger } from './process-log/nest-logger.js';
import { serveOpenApi } from './openapi.js';
import { RANDOM } from './routing/random.js';
import type { Tracing } from './tracing/tracing.js';
import type { Logger } from 'pino';

/** What a running gateway is built from. */
export interface AppFacts extends GatewayFacts {
  readonly logger: Logger;
  /** Absent where nobody wants traces. */
  readonly tracing?: Pick<Tracing, 'middleware'>;
}

/** Builds the whole gateway, ready to listen. */
export async function createApp(facts: AppFacts): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.register(facts), appOptions(facts.logger));
  await prepareApp(app, facts);
  return app;
}

/** How Nest is to make the application. */
export function appOptions(logger: Logger): NestApplicationOptions {
  return { bodyParser: false, logger: new NestLogger(logger), abortOnError: false };
}

/** Puts everything in front of the routes, and starts the modules: shared with tests that replace a part. */
export async function prepareApp(
  app: NestExpressApplication,
  { settings, logger, tracing, seat }: AppFacts,
): Promise<void> {
  const clock = app.get<Clock>(CLOCK);
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  // Here and not in modules' `configure`: the order matters, the path and the id come before everything that may answer; and Swagger's
  // routes are registered before the modules' middleware, but need an id, a line in the log and the allowed addresses, too.
  app.use(tidyPath, giveRequestId(clock), giveClientAddress(settings.trusted_proxies));
  if (seat) app.use(tellWorker(seat.slot));
  if (tracing) app.use(tracing.middleware(clock));
  app.use(accessLog(logger));
  app.use(secureAnswers, cutUnreadBodies, app.get(Drain).middleware);
  if (settings.allowed_ips) app.use(allowOnly(settings.allowed_ips));
  app.enableCors(corsOf(settings.cors_origins));
  app.use(enterDoors({ ...settings, savedConfigs: app.get(SavedConfigsService), random: app.get(RANDOM) }));
  app.use('/ui', serveDashboard());
  serveOpenApi(app);
  app.get(ConfigFileService).onTaken(({ alerts }) => app.get(FileAlerts).declare(alerts));
  await app.init();
  configureServer(app.getHttpServer());
}

function configureServer(server: Server): void {
  handleExpectContinue(server);
  answerMalformedRequests(server);
  // Our own deadline rules, from the moment on which a body may be read; Node's 5 minutes would cut long uploads.
  server.requestTimeout = 0;
  server.headersTimeout = 60_000;
  // Longer than the idle timeout of common load balancers, which must be the ones to close.
  server.keepAliveTimeout = 75_000;
}

/**
 * Stops in order: refuse new requests, let the running ones end, write the ledger, close the database.
 * @returns false when requests had to be cut off
 */
export async function stopApp(app: INestApplication, timeoutMs: number): Promise<boolean> {
  const server: Server = app.getHttpServer();
  const drained = app.get(Drain).drain(timeoutMs);
  server.closeIdleConnections();
  const complete = await drained;
  // Nobody connects any more, or whoever came after the cut and sends nothing would be waited for.
  server.close();
  // What is left is cut off, or has never sent a request: the server would wait for it.
  server.closeAllConnections();
  await app.close();
  return complete;
}
