import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MigrationStatus } from '../database/migration-status.js';
import { Catalogue } from '../models/catalogue.js';

/** Whether the gateway has ever been ready to serve; once it has, it stays so. */
@Injectable()
export class Startup implements OnApplicationBootstrap {
  private hasStarted = false;

  constructor(
    @Inject(MigrationStatus) private readonly migrations: Pick<MigrationStatus, 'read'>,
    @Inject(Catalogue) private readonly catalogue: Pick<Catalogue, 'isLoaded'>,
  ) {}

  /** A start that was complete is known for it, also where nobody asks before the database goes away. */
  async onApplicationBootstrap(): Promise<void> {
    await this.isComplete();
  }

  /** Whether the migrations are there, and the first catalogue has been read. */
  async isComplete(): Promise<boolean> {
    this.hasStarted ||= this.catalogue.isLoaded && (await this.migrations.read()) === 'ok';
    return this.hasStarted;
  }
}
