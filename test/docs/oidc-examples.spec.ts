import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factsOf, nameOf, ruleFor, type Claims } from '../../src/auth/oidc/role-mapping.js';
import { readSettings } from '../../src/config/settings.js';
import { readConfiguration } from '../../src/configuration.js';

const document = readFileSync(fileURLToPath(new URL('../../docs/dashboard.md', import.meta.url)), 'utf8');
const section = document.split('### OpenID Connect')[1] ?? '';
const [, variables = ''] = /OIDC_ISSUERS='(.+?)'/s.exec(section) ?? [];
const [, file = ''] = /```yaml\n(general_settings:.+?)```/s.exec(section) ?? [];
const PUBLIC_URL = 'https://auricle.example.com';

it('has variables that can be used as they stand there', () => {
  const { oidc_issuers } = readSettings({ OIDC_ISSUERS: variables, PUBLIC_URL, KEYCLOAK_SECRET: 'a secret' });
  expect(oidc_issuers).toMatchObject([{ id: 'company', client_secret: 'a secret' }]);
});

describe('the configuration file with the four large providers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auricle-oidc-'));
  const path = join(folder, 'config.yaml');
  writeFileSync(path, file);
  afterAll(() => rmSync(folder, { recursive: true }));
  const secrets = Object.fromEntries(['ENTRA', 'GOOGLE', 'OKTA', 'KEYCLOAK'].map((it) => [`${it}_SECRET`, `of ${it}`]));
  const read = (text = file) => {
    writeFileSync(path, text);
    return readConfiguration({ CONFIG_FILE: path, PUBLIC_URL, ...secrets }).settings.oidc_issuers ?? [];
  };

  it('can be used, with secrets of variables', () => {
    expect(read().map(({ id, client_secret }) => [id, client_secret])).toEqual([
      ['entra', 'of ENTRA'],
      ['google', 'of GOOGLE'],
      ['okta', 'of OKTA'],
      ['keycloak', 'of KEYCLOAK'],
    ]);
  });

  it('says where a mistake is, and nothing of a secret', () => {
    const broken = file.replace('role: admin', 'role: root').replaceAll('os.environ/ENTRA_SECRET', 'hunter2');
    expect(() => read(broken)).toThrow(/config\.yaml:\d+:\d+ general_settings\.oidc_issuers\[0\]\.roles\[0\]\.role/);
    expect(() => read(broken)).not.toThrow(/hunter2/);
  });

  // What their documentations say that an id token has.
  it.each<[string, Claims, string | undefined, string]>([
    [
      'entra',
      { preferred_username: 'ada@example.org', name: 'Ada', groups: ['66666666-7777-8888-9999-000000000000'] },
      'admin',
      'ada@example.org',
    ],
    [
      'entra',
      { preferred_username: 'eve@example.org', _claim_names: { groups: 'src1' } },
      undefined,
      'eve@example.org',
    ],
    [
      'google',
      { email: 'ada@example.org', email_verified: true, hd: 'example.org', name: 'Ada' },
      'owner',
      'ada@example.org',
    ],
    ['google', { email: 'bob@example.org', email_verified: true, hd: 'example.org' }, 'viewer', 'bob@example.org'],
    ['google', { email: 'bob@example.org', email_verified: true }, undefined, 'bob@example.org'],
    ['okta', { preferred_username: 'ada', groups: ['Everyone', 'Auricle Admins'] }, 'admin', 'ada'],
    ['okta', { preferred_username: 'bob' }, 'viewer', 'bob'],
    ['keycloak', { preferred_username: 'ada', realm_access: { roles: ['auricle-admins'] } }, 'admin', 'ada'],
    ['keycloak', { preferred_username: 'bob', realm_access: { roles: ['offline_access'] } }, undefined, 'bob'],
  ])('gives a person of %s with %j the role %s', (id, claims, role, name) => {
    const issuer = read().find((it) => it.id === id);
    if (!issuer) throw new Error(`there is no ${id}`);
    expect(ruleFor(factsOf(claims, issuer), issuer.roles)?.role).toBe(role);
    expect(nameOf(claims, 'subject')).toBe(name);
  });
});
