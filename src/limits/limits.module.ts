import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { RedisModule } from '../redis/redis.module.js';
import { CountersKeeper } from './counters-keeper.js';
import { LimitsRepository } from './limits.repository.js';
import { Limits } from './limits.service.js';

/** How fast, how much at once and how large requests may be. */
@Module({
  imports: [DatabaseModule, ClockModule, RedisModule],
  providers: [LimitsRepository, CountersKeeper, Limits],
  exports: [Limits],
})
export class LimitsModule {}
