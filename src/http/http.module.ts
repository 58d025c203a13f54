import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { Drain } from './drain.js';
import { OpenAiErrorFilter } from './errors/openai-error.filter.js';
import { SchemaValidationPipe } from './errors/schema-validation.pipe.js';
import { RootController } from './root.controller.js';

/** What stands around every route, whatever its module: errors, validation; and the count of requests. */
@Module({
  controllers: [RootController],
  providers: [
    Drain,
    { provide: APP_FILTER, useClass: OpenAiErrorFilter },
    { provide: APP_PIPE, useClass: SchemaValidationPipe },
  ],
  exports: [Drain],
})
export class HttpModule {}
