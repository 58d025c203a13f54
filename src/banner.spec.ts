import { bannerOf } from './banner.js';
import type { Secrets } from './config/secrets.js';
import { readSettings } from './config/settings.js';

const KEY = 'sk-aur-master-of-the-banner';
const settings = readSettings({ DATA_DIR: '/data' });

function bannerWith(source: Secrets['masterKeySource'], isTerminal: boolean, isAllowed = true): string {
  const secrets: Secrets = {
    masterKey: KEY,
    masterKeySource: source,
    masterKeyFile: '/data/master-key',
    encryptionKey: Buffer.alloc(32),
  };
  const gateway = { settings: { ...settings, show_master_key: isAllowed }, secrets, port: 4000, models: [] };
  return bannerOf({ ...gateway, database: 'embedded' }, { isTerminal });
}

it('shows a generated master key on a terminal, and where it is kept', () => {
  const banner = bannerWith('file', true);
  expect(banner).toContain(`Master key    ${KEY}  (kept in /data/master-key)`);
  expect(banner).toContain(`Bearer ${KEY}`);
});

it.each([
  ['where output is collected', bannerWith('file', false), 'kept in /data/master-key', '$(cat "/data/master-key")'],
  ['where it was supplied', bannerWith('environment', true), 'from MASTER_KEY', '$MASTER_KEY'],
  ['where it was supplied and output is collected', bannerWith('environment', false), 'from MASTER_KEY', '$MASTER_KEY'],
  ['where nobody wants it', bannerWith('file', true, false), 'kept in /data/master-key', '$(cat "/data/master-key")'],
])('says only where the key is %s', (_what, banner, source, inShell) => {
  expect(banner).not.toContain(KEY);
  expect(banner).toContain(`Master key    ${source}`);
  expect(banner).toContain(`Bearer ${inShell}`);
});
