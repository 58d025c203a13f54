import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Admission } from './admission.js';
import { Today } from './today.js';

/** What every served request shares, whatever its task. */
@Module({
  imports: [LedgerModule],
  providers: [Admission, Today],
  exports: [Admission, Today],
})
export class ServingModule {}
