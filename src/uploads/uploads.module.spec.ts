import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { SETTINGS, WORK_FOLDER } from '../config/config.module.js';
import { readSettings } from '../config/settings.js';
import { UPLOAD_OPTIONS } from './upload-options.js';
import { UploadReceiver } from './upload-receiver.js';
import { UploadsModule } from './uploads.module.js';

describe('UploadsModule', () => {
  it('receives within the configured limits, in the data folder', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'uploads-module-'));
    const settings = readSettings({ DATA_DIR: dataDir, MAX_FILE_SIZE_MB: '7', UPLOAD_MEMORY_MB: '64' });
    const module = await Test.createTestingModule({
      imports: [
        {
          module: class {},
          global: true,
          providers: [
            { provide: SETTINGS, useValue: settings },
            { provide: WORK_FOLDER, useValue: dataDir },
          ],
          exports: [SETTINGS, WORK_FOLDER],
        },
        UploadsModule,
      ],
    }).compile();
    expect(module.get(UPLOAD_OPTIONS)).toMatchObject({ maxFileBytes: 7 << 20, memoryBytes: 64 << 20 });
    expect(module.get(UploadReceiver)).toBeInstanceOf(UploadReceiver);
    expect(await readdir(dataDir)).toEqual(['uploads']);
    await rm(dataDir, { recursive: true });
  });
});
