import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/env.js';
import { defaultUploadOptions, UPLOAD_OPTIONS, type UploadOptions } from './upload-options.js';
import { UploadReceiver } from './upload-receiver.js';

/** Receiving audio. */
@Module({
  providers: [
    {
      provide: UPLOAD_OPTIONS,
      inject: [CONFIG],
      useFactory: (config: Config): UploadOptions => ({
        ...defaultUploadOptions,
        tempFolder: join(config.dataDir, 'uploads'),
        maxFileBytes: config.maxFileBytes,
        memoryBytes: config.uploadMemoryBytes,
      }),
    },
    UploadReceiver,
  ],
  exports: [UploadReceiver],
})
export class UploadsModule {}
