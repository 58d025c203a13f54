import type { OidcRule } from '../../config/oidc-issuers.schema.js';
import {
  claimAt,
  factsOf,
  joinClaims,
  lacksClaims,
  leavesGroupsOut,
  nameOf,
  ruleFor,
  type Claims,
} from './role-mapping.js';

const rule = (fields: Partial<OidcRule>): OidcRule => ({ role: 'viewer', teams: [], ...fields });
const facts = (claims: Claims, groups_claim?: string, roles: OidcRule[] = []) =>
  factsOf(claims, { groups_claim, roles });

describe('the groups of a person', () => {
  it.each<[string, Claims, string[]]>([
    ['groups', { groups: ['a', 'b', 'a'] }, ['a', 'b']],
    ['hd', { hd: 'example.org' }, ['example.org']],
    ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
    ['https://example.org/groups', { 'https://example.org/groups': ['a'] }, ['a']],
    ['a.b', { 'a.b': ['whole'], a: { b: ['within'] } }, ['whole']],
    ['groups', { groups: ['a', 1, null, '', ['b'], { a: 1 }, 'x'.repeat(501), 'a\u0000'] }, ['a']],
    ['groups', { groups: { a: 'b' } }, []],
    ['groups.constructor.name', { groups: ['a'] }, []],
    ['constructor', {}, []],
    ['__proto__.a', {}, []],
  ])('%s of %j', (path, claims, groups) => {
    expect(facts(claims, path).groups).toEqual(groups);
  });

  it('are kept as far as rules name them, and as many others as there is room for', () => {
    const groups = Array.from({ length: 5000 }, (_, index) => `group ${index}`);
    const kept = facts({ groups }, 'groups', [rule({ group: 'group 4999' })]).groups;
    expect([kept.length, kept[0], kept[1]]).toEqual([200, 'group 4999', 'group 0']);
  });

  it('may be left out by the issuer', () => {
    const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph' } } };
    expect(leavesGroupsOut(overage, { groups_claim: 'groups' })).toBe(true);
    expect(leavesGroupsOut({ groups: [] }, { groups_claim: 'groups' })).toBe(false);
    expect(leavesGroupsOut(overage, { groups_claim: undefined })).toBe(false);
  });
});

describe('the rule for a person', () => {
  it('is the first one, not the highest', () => {
    const rules = [rule({ group: 'b' }), rule({ group: 'a', role: 'owner' })];
    expect(ruleFor({ email: null, groups: ['a', 'b'] }, rules)?.role).toBe('viewer');
    expect(ruleFor({ email: null, groups: ['a'] }, rules)?.role).toBe('owner');
    expect(ruleFor({ email: null, groups: ['A', 'a '] }, rules)).toBeUndefined();
  });

  it.each<[Claims, boolean, boolean]>([
    [{ email: 'Ada@Example.org', email_verified: true }, true, true],
    [{ email: 'bob@example.org', email_verified: true }, false, true],
    [{ email: 'ada@example.org', email_verified: false }, false, false],
    [{ email: 'ada@example.org', email_verified: 'true' }, false, false],
    [{ email: 'ada@example.org' }, false, false],
    [{ email: 'ada@example.org.evil.example', email_verified: true }, false, false],
    [{ email: 'ada@evil.example@example.org', email_verified: true }, false, true],
    [{ email: 'ada@sub.example.org', email_verified: true }, false, false],
    [{ email: ['ada@example.org'], email_verified: true }, false, false],
    [{ email: 'ad\u0000a@example.org', email_verified: true }, false, false],
    [{ email: 'example.org', email_verified: true }, false, false],
  ])('by a verified address: %j', (claims, isAda, isOfDomain) => {
    const person = facts(claims);
    expect(ruleFor(person, [rule({ email: 'ada@example.org' })]) !== undefined).toBe(isAda);
    expect(ruleFor(person, [rule({ email_domain: 'example.org' })]) !== undefined).toBe(isOfDomain);
  });

  it('takes no other letter for one of an address', () => {
    const person = facts({ email: '\u212aIM@example.org', email_verified: true });
    expect(ruleFor(person, [rule({ email: 'kim@example.org' })])).toBeUndefined();
  });

  it('may be one for everybody', () => {
    expect(ruleFor({ email: null, groups: [] }, [rule({ everybody: true })])).toBeDefined();
    expect(ruleFor({ email: null, groups: [] }, [])).toBeUndefined();
  });
});

it.each<[Claims, string]>([
  [{ preferred_username: 'ada', email: 'ada@example.org', name: 'Ada' }, 'ada'],
  [{ preferred_username: ' ', email: 'ada@example.org', name: 'Ada' }, 'ada@example.org'],
  [{ preferred_username: 7, name: 'Ada \u202eL\u0000\n' }, 'Ada L'],
  [{ name: 'ن'.repeat(300) }, 'ن'.repeat(200)],
  [{}, 'subject'],
])('calls %j %s', (claims, name) => {
  expect(nameOf(claims, 'subject')).toBe(name);
});

it('knows what a token lacks that the issuer may say elsewhere', () => {
  const roles = [rule({ email: 'a@example.org' })];
  const whole = { name: 'Ada', email: 'a@example.org', email_verified: true, groups: [] };
  expect(lacksClaims(whole, { groups_claim: 'groups', roles })).toBe(false);
  for (const missing of ['email', 'email_verified', 'groups'])
    expect(lacksClaims({ ...whole, [missing]: undefined }, { groups_claim: 'groups', roles })).toBe(true);
  expect(lacksClaims({ sub: 'a' }, { groups_claim: undefined, roles: [] })).toBe(true);
});

it.each<[Claims, Claims, string | undefined, unknown]>([
  [{}, { email: 'a@example.org', email_verified: true }, 'a@example.org', true],
  [{ email: 'a@example.org' }, { email: 'a@example.org', email_verified: true }, 'a@example.org', true],
  [{ email: 'a@example.org' }, { email: 'b@example.org', email_verified: true }, 'a@example.org', undefined],
  [{ email: 'a@example.org' }, { email_verified: true }, 'a@example.org', undefined],
  [{ email_verified: true }, { email: 'b@example.org' }, 'b@example.org', undefined],
  [
    { email: 'a@example.org', email_verified: false },
    { email: 'a@example.org', email_verified: true },
    'a@example.org',
    false,
  ],
])('believes of %j and %j only what is said of the same address', (ofToken, ofUserInfo, email, email_verified) => {
  expect(joinClaims(ofToken, { name: 'Ada', ...ofUserInfo })).toEqual({ name: 'Ada', email, email_verified });
});

it('looks for claims in objects only', () => {
  expect(claimAt({ a: { b: { c: 1 } } }, 'a.b.c')).toBe(1);
  expect(claimAt({ a: 'text' }, 'a.length')).toBeUndefined();
});
