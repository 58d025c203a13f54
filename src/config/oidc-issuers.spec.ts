import { readSettings } from './settings.js';

const SECRET = 'hunter2-hunter2';
const issuer = {
  id: 'company',
  name: 'Company',
  issuer: 'https://id.example.com/realms/company',
  client_id: 'auricle',
  client_secret: SECRET,
  groups_claim: 'groups',
  roles: [{ group: 'admins', role: 'owner' }],
};
type Fields = Record<string, unknown>;
const read = (issuers: unknown, more: Record<string, string> = {}) =>
  readSettings({
    OIDC_ISSUERS: typeof issuers === 'string' ? issuers : JSON.stringify(issuers),
    PUBLIC_URL: 'https://auricle.example.com',
    ...more,
  });
const withRules = (...roles: Fields[]) => [{ ...issuer, roles }];

it('reads issuers, with what is usual where nothing is said', () => {
  const { oidc_issuers, public_url } = read([issuer, { ...issuer, id: 'b', client_secret: undefined }]);
  expect(public_url).toBe('https://auricle.example.com');
  expect(oidc_issuers).toEqual([
    {
      ...issuer,
      scopes: ['openid', 'profile', 'email'],
      roles: [{ group: 'admins', role: 'owner', teams: [] }],
    },
    expect.not.objectContaining({ client_secret: SECRET }),
  ]);
  expect(read([{ ...issuer, scopes: ['groups'] }]).oidc_issuers?.[0]?.scopes).toEqual(['openid', 'groups']);
  expect(read([{ ...issuer, issuer: 'http://127.0.0.1:8080' }]).oidc_issuers).toHaveLength(1);
  expect(readSettings({}).oidc_issuers).toBeUndefined();
});

it('takes a secret from the variable that is named', () => {
  const named = [{ ...issuer, client_secret: 'os.environ/COMPANY_SECRET' }];
  expect(read(named, { COMPANY_SECRET: SECRET }).oidc_issuers?.[0]?.client_secret).toBe(SECRET);
  expect(() => read(named)).toThrow(
    'OIDC_ISSUERS[0].client_secret names the variable COMPANY_SECRET, which is not set',
  );
});

it.each<[unknown, string]>([
  ['[{"id": hunter2-hunter2', 'OIDC_ISSUERS must be a list of issuers in JSON'],
  ['{}', 'OIDC_ISSUERS must be a list of issuers'],
  [['company'], 'OIDC_ISSUERS[0] must be an issuer with id, name, issuer, client_id and roles'],
  [[{ ...issuer, id: undefined }], 'OIDC_ISSUERS[0].id is missing'],
  [[{ ...issuer, id: 'A b' }], 'OIDC_ISSUERS[0].id must have small letters, digits and hyphens only'],
  [[issuer, issuer], 'OIDC_ISSUERS[1].id is the id of another issuer already'],
  [[{ ...issuer, issuer: 'http://id.example.com' }], 'OIDC_ISSUERS[0].issuer must be the https URL of an issuer'],
  [[{ ...issuer, issuer: 'https://a:hunter2-hunter2@b' }], 'OIDC_ISSUERS[0].issuer must be the https URL'],
  [[{ ...issuer, issuer: 'https://b/.well-known/openid-configuration' }], 'OIDC_ISSUERS[0].issuer must be'],
  [[{ ...issuer, group_claim: 'groups' }], 'OIDC_ISSUERS[0] has a key that is not known here: group_claim'],
  [[{ ...issuer, 'hunter2-hunter2': 1 }], 'OIDC_ISSUERS[0] has a key that is not known here'],
  [[{ ...issuer, client_secret: 7 }], 'OIDC_ISSUERS[0].client_secret must be text'],
  [[{ ...issuer, scopes: 'openid' }], 'OIDC_ISSUERS[0].scopes must be a list of scopes'],
  [[{ ...issuer, scopes: ['open id'] }], 'OIDC_ISSUERS[0].scopes[0] must be a scope'],
  [[{ ...issuer, groups_claim: undefined }], 'OIDC_ISSUERS[0].roles[0].group needs groups_claim as well'],
  [[{ ...issuer, roles: [] }], 'OIDC_ISSUERS[0].roles must have a rule, or nobody could sign in'],
  [[{ ...issuer, roles: undefined }], 'OIDC_ISSUERS[0].roles is missing'],
  [withRules({ group: 'a' }), 'OIDC_ISSUERS[0].roles[0].role is missing'],
  [withRules({ group: 'a', role: 'root' }), 'role must be owner, admin, viewer or team_admin'],
  [withRules({ role: 'owner' }), 'roles[0] must have one of group, email, email_domain, everybody'],
  [withRules({ group: 'a', email: 'a@b', role: 'owner' }), 'roles[0] must have one of group, email,'],
  [withRules({ everybody: false, role: 'owner' }), 'roles[0].everybody must be true'],
  [withRules({ email_domain: '@b', role: 'owner' }), 'roles[0].email_domain must be a domain such as example.org'],
  [withRules({ group: 'a', role: 'team_admin' }), 'roles[0].teams must have a team for a team_admin'],
  [withRules({ group: 'a', role: 'owner', teams: ['b'] }), 'roles[0].teams are for the role team_admin only'],
])('says what is wrong and where, and nothing of what stands there: %j', (issuers, words) => {
  expect(() => read(issuers)).toThrow(words);
  expect(() => read(issuers)).not.toThrow(/hunter2/);
});

it.each([
  [{ PUBLIC_URL: '' }, 'OIDC_ISSUERS needs PUBLIC_URL as well'],
  [{ PUBLIC_URL: 'auricle.example.com' }, 'PUBLIC_URL must be an address such as https://auricle.example.com'],
  [{ PUBLIC_URL: 'https://auricle.example.com/path' }, 'PUBLIC_URL must be an address'],
  [{ PUBLIC_URL: 'http://auricle.example.com' }, 'PUBLIC_URL must be https, or http on localhost'],
])('needs to know where browsers reach the gateway: %j', (environment, words) => {
  const reading = () =>
    readSettings(
      Object.fromEntries(
        Object.entries({ OIDC_ISSUERS: JSON.stringify([issuer]), ...environment }).filter(([, value]) => value !== ''),
      ),
    );
  expect(reading).toThrow(words);
});

it('takes plain http for this machine, and elsewhere where signing in may be listened to', () => {
  expect(read([issuer], { PUBLIC_URL: 'http://localhost:4000/' }).public_url).toBe('http://localhost:4000');
  const everywhere = { PUBLIC_URL: 'http://auricle.lan', ALLOW_INSECURE_SIGN_IN: 'true' };
  expect(read([issuer], everywhere).public_url).toBe('http://auricle.lan');
});
