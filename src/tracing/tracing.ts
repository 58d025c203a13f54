import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { core, NodeSDK, resources } from '@opentelemetry/sdk-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { VERSION } from '../config/version.js';
import type { Clock } from '../http/clock.js';
import { CollectorLog } from './collector-log.js';
import { traceRequests } from './trace-requests.js';

/** What is not sent by then is lost: a collector that does not answer must not keep a gateway from stopping. */
const FLUSH_MS = 3_000;

/** Tracing that is on. */
export interface Tracing {
  /** What stands in front of every route. */
  middleware(clock: Pick<Clock, 'nowMs'>): RequestHandler;
  /** Sends what has not been sent; takes three seconds at most, and never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts OpenTelemetry's SDK as its variables say. It is loaded with this file, which is therefore imported only where
 * traces are wanted.
 */
export function startTracing(logger: Logger): Tracing {
  const log = new CollectorLog(logger);
  const sdk = new NodeSDK({
    resource: resources
      .defaultResource()
      .merge(resources.resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'auricle', [ATTR_SERVICE_VERSION]: VERSION })),
    // The others tell the command line and the owner of the process.
    resourceDetectors: [resources.envDetector, resources.hostDetector],
    // Metrics are Prometheus's, logs are pino's.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  diag.setLogger(log, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  core.setGlobalErrorHandler((error) => log.failed(error));
  sdk.start();
  const tracer = trace.getTracer('auricle', VERSION);
  return {
    middleware: (clock) => traceRequests(tracer, clock),
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS)));
      await Promise.race([sdk.shutdown().catch((error: unknown) => log.failed(error)), late]);
      clearTimeout(timer);
    },
  };
}
