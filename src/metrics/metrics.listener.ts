import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { bearerOf } from '../auth/presented-secrets.js';
import { secretTest } from '../auth/secret.js';
import { WrongKeys } from '../auth/wrong-keys.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { GatewayError } from '../domain/errors.js';
import { allowOnly } from '../http/allowed-ips.js';
import { giveClientAddress } from '../http/client-address.js';
import { explainListenError } from '../http/connection/listen-error.js';
import { toGatewayError } from '../http/errors/openai-error.filter.js';
import { unknownUrl } from '../http/errors/unknown-url.js';
import { MetricsRegistry } from './metrics.registry.js';

/** What the listener goes by. */
type ListenerSettings = Pick<Settings, 'host' | 'allowed_ips' | 'trusted_proxies' | 'metrics_port' | 'metrics_token'>;

/** `/metrics` on a port of its own, where there is one, which no application needs to reach. It answers until all else has stopped. */
@Injectable()
export class MetricsListener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(MetricsListener.name);
  private server: Server | undefined;

  constructor(
    private readonly registry: MetricsRegistry,
    private readonly wrongKeys: WrongKeys,
    @Inject(SETTINGS) private readonly settings: ListenerSettings,
  ) {}

  /** The port that is listened on; undefined = there is none. */
  get port(): number | undefined {
    const address: AddressInfo | string | null | undefined = this.server?.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  /** @throws ListenError */
  async onApplicationBootstrap(): Promise<void> {
    const { metrics_port: port, host } = this.settings;
    if (port === undefined) return;
    const server = createServer(this.application());
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      throw explainListenError(error, { port, host, portVariable: 'METRICS_PORT' });
    }
    this.server = server;
    this.logger.log(`/metrics is served on port ${this.port}`);
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private application(): Express {
    const { allowed_ips: allowed, trusted_proxies: proxies, metrics_token: token } = this.settings;
    const isToken = token === undefined ? undefined : secretTest(token);
    const application = express();
    application.disable('x-powered-by');
    application.use(giveClientAddress(proxies));
    if (allowed) application.use(allowOnly(allowed));
    application.get('/metrics', async (request, response) => {
      if (isToken) await this.refuseWithout(isToken, request);
      response.setHeader('content-type', this.registry.contentType);
      response.end(await this.registry.read());
    });
    application.use((request: Request) => {
      throw unknownUrl(request.method, request.path);
    });
    application.use(answerError);
    return application;
  }

  private async refuseWithout(
    isToken: (presented: string) => boolean,
    { headers, clientAddress }: Request,
  ): Promise<void> {
    const bearer = bearerOf(headers);
    if (bearer !== undefined && isToken(bearer)) return;
    if (bearer !== undefined) await this.wrongKeys.note(clientAddress);
    throw new GatewayError({
      status: 401,
      message: 'METRICS_TOKEN is needed here. Send it in an Authorization header using Bearer auth.',
      code: 'invalid_api_key',
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}

/** Express knows it for a handler of errors by its four parameters. */
function answerError(thrown: unknown, request: Request, response: Response, _next: NextFunction): void {
  const error = toGatewayError(thrown, request);
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.status(error.status).json(error.toEnvelope());
}
