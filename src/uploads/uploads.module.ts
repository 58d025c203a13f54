import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { SETTINGS, WORK_FOLDER } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { defaultUploadOptions, MEBIBYTE, UPLOAD_OPTIONS, type UploadOptions } from './upload-options.js';
import { UPLOADS_NAME } from './temp-folder.js';
import { UploadReceiver } from './upload-receiver.js';

/** Receiving audio. */
@Module({
  providers: [
    {
      provide: UPLOAD_OPTIONS,
      inject: [SETTINGS, WORK_FOLDER],
      useFactory: (settings: Settings, workFolder: string): UploadOptions => ({
        ...defaultUploadOptions,
        tempFolder: join(workFolder, UPLOADS_NAME),
        maxFileBytes: Math.floor(settings.max_file_size_mb * MEBIBYTE),
        memoryBytes: Math.floor(settings.upload_memory_mb * MEBIBYTE),
      }),
    },
    UploadReceiver,
  ],
  exports: [UploadReceiver],
})
export class UploadsModule {}
