import { Module } from '@nestjs/common';
import { CLOCK, systemClock } from './clock.js';

/** Time, for whoever measures it by more than a log line. */
@Module({ providers: [{ provide: CLOCK, useValue: systemClock }], exports: [CLOCK] })
export class ClockModule {}
