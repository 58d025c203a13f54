import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Admission } from './admission.js';

/** What every served request shares, whatever its task. */
@Module({
  imports: [LedgerModule],
  providers: [Admission],
  exports: [Admission],
})
export class ServingModule {}
