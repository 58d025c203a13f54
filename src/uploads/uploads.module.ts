import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { defaultUploadOptions, MEBIBYTE, UPLOAD_OPTIONS, type UploadOptions } from './upload-options.js';
import { UploadReceiver } from './upload-receiver.js';

/** Receiving audio. */
@Module({
  providers: [
    {
      provide: UPLOAD_OPTIONS,
      inject: [SETTINGS],
      useFactory: (settings: Settings): UploadOptions => ({
        ...defaultUploadOptions,
        tempFolder: join(settings.data_dir, 'uploads'),
        maxFileBytes: Math.floor(settings.max_file_size_mb * MEBIBYTE),
        memoryBytes: Math.floor(settings.upload_memory_mb * MEBIBYTE),
      }),
    },
    UploadReceiver,
  ],
  exports: [UploadReceiver],
})
export class UploadsModule {}
