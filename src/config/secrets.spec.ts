import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from './secrets.js';
import { ConfigError, readSettings } from './settings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-secrets-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const load = (environment: Record<string, string> = {}) =>
  loadSecrets(readSettings({ DATA_DIR: join(folder, 'data'), ...environment }));

describe('loadSecrets', () => {
  it('generates both secrets once, for the owner only', async () => {
    const first = await load();
    const second = await load();
    expect(first.masterKey).toMatch(/^sk-aur-master-[\w-]{32}$/);
    expect(first.encryptionKey).toHaveLength(32);
    expect(second).toEqual(first);
    for (const name of ['master-key', 'encryption-key']) {
      expect((await stat(join(folder, 'data', name))).mode & 0o777).toBe(0o600);
    }
  });

  it('closes a kept secret that others could read', async () => {
    await load();
    const file = join(folder, 'data', 'master-key');
    await writeFile(file, 'sk-mine-and-only-mine\n');
    const { chmod } = await import('node:fs/promises');
    await chmod(file, 0o644);
    expect((await load()).masterKey).toBe('sk-mine-and-only-mine');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('prefers the environment and then writes nothing', async () => {
    const secrets = await load({ MASTER_KEY: 'sk-1234', ENCRYPTION_KEY: 'ab'.repeat(32) });
    expect(secrets).toMatchObject({ masterKey: 'sk-1234', masterKeySource: 'environment' });
    await expect(readFile(join(folder, 'data', 'master-key'))).rejects.toThrow('ENOENT');
  });

  it('refuses a damaged encryption key rather than replace it', async () => {
    await load();
    await writeFile(join(folder, 'data', 'encryption-key'), 'half a k');
    await expect(load()).rejects.toThrow(/64 hexadecimal digits/);
  });

  it('says what to do when the data folder is no folder', async () => {
    await writeFile(join(folder, 'data'), 'a file');
    await expect(load()).rejects.toThrow(ConfigError);
    await expect(load()).rejects.toThrow(/DATA_DIR/);
  });
});
