import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { badRequest, GatewayError } from '../../domain/errors.js';
import { schemaError } from './schema-error.js';
import { findUnstorable } from './unstorable-value.js';

/**
 * Validates bodies, queries and parameters against the route's own schema and answers in OpenAI's envelope. Text that no
 * database stores is refused for all of them.
 */
@Injectable()
export class SchemaValidationPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: schemaError });
  }

  /** Names path parameters: their schemas have no path of their own. */
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      const unstorable = metadata.schema && findUnstorable(value);
      if (unstorable) throw schemaError([unstorable]);
      return await super.transform(value, metadata);
    } catch (error) {
      if (metadata.type !== 'param' || !(error instanceof GatewayError)) throw error;
      throw badRequest(error.message, metadata.data, error.code);
    }
  }
}
