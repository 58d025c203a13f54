import { Global, Module } from '@nestjs/common';
import { Drain } from './drain.js';

/** What every route shares. */
@Global()
@Module({ providers: [Drain], exports: [Drain] })
export class HttpModule {}
