import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module.js';
import { Executor } from './executor.js';
import { RANDOM, Router } from './router.js';

/** Which deployment serves a request, and how its failures are met. */
@Module({
  imports: [ModelsModule],
  providers: [Router, Executor, { provide: RANDOM, useValue: Math.random }],
  exports: [Router, Executor],
})
export class RoutingModule {}
