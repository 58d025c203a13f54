import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { JsonBodyInterceptor } from './admin/json-body.interceptor.js';
import { Drain } from './drain.js';
import { OpenAiErrorFilter } from './errors/openai-error.filter.js';
import { SchemaValidationPipe } from './errors/schema-validation.pipe.js';

/** What stands around every route, whatever its module: errors, bodies, validation; and the count of requests. */
@Module({
  providers: [
    Drain,
    { provide: APP_FILTER, useClass: OpenAiErrorFilter },
    { provide: APP_INTERCEPTOR, useClass: JsonBodyInterceptor },
    { provide: APP_PIPE, useClass: SchemaValidationPipe },
  ],
  exports: [Drain],
})
export class HttpModule {}
