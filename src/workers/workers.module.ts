import { Global, Module, type DynamicModule } from '@nestjs/common';
import { WORKER_SEAT, type WorkerSeat } from './worker-seat.js';

/** Whether this process serves alone or beside others. */
@Global()
@Module({})
export class WorkersModule {
  /** @param seat undefined where the process serves alone */
  static register(seat: WorkerSeat | undefined): DynamicModule {
    return {
      module: WorkersModule,
      providers: [{ provide: WORKER_SEAT, useValue: seat ?? null }],
      exports: [WORKER_SEAT],
    };
  }
}
