import type { OidcIssuer } from '../../config/oidc-issuers.schema.js';
import { OidcIssuers } from './oidc-issuers.js';

const company: OidcIssuer = {
  id: 'company',
  name: 'Company',
  issuer: 'https://id.example.com',
  client_id: 'auricle',
  scopes: ['openid'],
  groups_claim: 'roles',
  roles: [{ everybody: true, role: 'viewer', teams: [] }],
};
const hashWith = (change: Partial<OidcIssuer>) =>
  new OidcIssuers({ oidc_issuers: [{ ...company, ...change }] }, {}).hashOf(company);

it.each<Partial<OidcIssuer>>([
  { issuer: 'https://id.example.org' },
  { client_id: 'another' },
  { groups_claim: 'department' },
  { groups_claim: undefined },
])('ends sessions with %j', (change) => {
  expect(hashWith(change)).not.toBe(hashWith({}));
});

it('lets sessions go on with other rules, another name and another secret', () => {
  const change = { name: 'Other', client_secret: 'other', roles: [] };
  expect(hashWith(change)).toBe(hashWith({}));
});
