import { ConfigFileError } from './config-file/config-file.error.js';
import { ConfigError } from './config/settings.js';
import { DatabaseSetupError } from './database/database-setup-error.js';
import { GatewayError } from './domain/errors.js';
import { ListenError } from './http/connection/listen-error.js';
import { WorkerStartError } from './workers/worker-start-error.js';

const expectedErrors = [ConfigError, ConfigFileError, DatabaseSetupError, GatewayError, ListenError, WorkerStartError];

/** Whether its message tells the administrator everything; a stack trace would only hide it. */
export function isExpected(error: unknown): error is Error {
  return expectedErrors.some((type) => error instanceof type);
}
