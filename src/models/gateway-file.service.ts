import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CONFIG, GATEWAY_FILE } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { formatProblem, GatewayFileError } from '../config/gateway-file/gateway-file.error.js';
import { readGatewayFile } from '../config/gateway-file/gateway-file.reader.js';
import { conflict, GatewayError } from '../domain/errors.js';
import type { GatewayFile } from '../domain/gateway-file.js';
import { Catalogue } from './catalogue.js';
import type { Reloaded } from './gateway-file.schema.js';

/** Reads the gateway file again while the gateway runs. */
@Injectable()
export class GatewayFileService {
  private readonly logger = new Logger(GatewayFileService.name);

  constructor(
    private readonly catalogue: Catalogue,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(GATEWAY_FILE) private readonly startedWith: GatewayFile | undefined,
  ) {}

  /**
   * Replaces what the file declares, all or nothing. Models and routing change at once; the master key, the database and
   * other settings of the process need a restart, and a warning says so when they differ. Warnings and problems are
   * logged as well.
   * @throws GatewayError 409 when the gateway was started without a file, 400 naming every problem of the file
   */
  async reload(): Promise<Reloaded> {
    const { configFile } = this.config;
    if (configFile === undefined) {
      throw conflict('The gateway was started without a configuration file', null, 'no_config_file');
    }
    try {
      const { warnings: problems, ...file } = readGatewayFile(configFile);
      await this.catalogue.replaceFile(file);
      const warnings = [...problems.map(formatProblem), ...this.catalogue.overridden, ...this.needingRestart(file)];
      for (const warning of warnings) this.logger.warn(warning);
      this.logger.log(`${configFile} has been read again: ${file.models.size} models`);
      return {
        object: 'config_reload',
        file: configFile,
        models: [...file.models.keys()],
        warnings,
      };
    } catch (error) {
      if (!(error instanceof GatewayFileError)) throw error;
      this.logger.error(`${configFile} cannot be used, so nothing has changed: ${error.message}`);
      throw new GatewayError({ status: 400, message: error.message, code: 'invalid_config_file' });
    }
  }

  private needingRestart({ general }: GatewayFile): readonly string[] {
    if (isDeepStrictEqual(general, this.startedWith?.general)) return [];
    return ['general_settings or turn_off_message_logging have changed: the gateway must be restarted for them'];
  }
}
