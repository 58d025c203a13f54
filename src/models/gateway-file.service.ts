import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { formatProblem, GatewayFileError } from '../config/gateway-file/gateway-file.error.js';
import { readGatewayFile } from '../config/gateway-file/gateway-file.reader.js';
import { conflict, GatewayError } from '../domain/errors.js';
import { Catalogue } from './catalogue.js';
import type { Reloaded } from './gateway-file.schema.js';

/** Reads the gateway file again while the gateway runs. */
@Injectable()
export class GatewayFileService {
  private readonly logger = new Logger(GatewayFileService.name);

  constructor(
    private readonly catalogue: Catalogue,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Replaces what the file declares, all or nothing. Models and routing change at once; the master key, the database and
   * other settings of the process need a restart.
   * @throws GatewayError 409 when the gateway was started without a file, 400 naming every problem of the file
   */
  async reload(): Promise<Reloaded> {
    const { configFile } = this.config;
    if (configFile === undefined) {
      throw conflict('The gateway was started without a configuration file', null, 'no_config_file');
    }
    try {
      const { warnings, ...file } = readGatewayFile(configFile);
      await this.catalogue.replaceFile(file);
      this.logger.log(`${configFile} has been read again: ${file.models.size} models`);
      return {
        object: 'config_reload',
        file: configFile,
        models: [...file.models.keys()],
        warnings: warnings.map(formatProblem),
      };
    } catch (error) {
      if (!(error instanceof GatewayFileError)) throw error;
      this.logger.error(`${configFile} cannot be used, so nothing has changed: ${error.message}`);
      throw new GatewayError({ status: 400, message: error.message, code: 'invalid_config_file' });
    }
  }
}
