import { z } from 'zod';
import type { OidcIssuer, OidcRule } from '../../config/oidc-issuers.schema.js';

/** Claims as an issuer says them. */
export type Claims = Readonly<Record<string, unknown>>;

/** So many groups of a person are kept. */
const MAX_GROUPS = 200;
const MAX_GROUP_CHARACTERS = 500;
const MAX_NAME_CHARACTERS = 200;
const MAX_EMAIL_CHARACTERS = 320;

/** What of a person rules look at, as it is stored. */
export const personFactsSchema = z.object({
  /** With small letters in the place of A to Z; null = the issuer names none, or has not verified it. */
  email: z.string().nullable(),
  groups: z.array(z.string()),
});
export type PersonFacts = z.infer<typeof personFactsSchema>;

/** What rules look at, of what an issuer says. Groups that rules name are kept first, of the others as many as there is room for. */
export function factsOf(
  claims: Claims,
  { groups_claim, roles }: Pick<OidcIssuer, 'groups_claim' | 'roles'>,
): PersonFacts {
  const { email, email_verified: isVerified } = claims;
  const isKept =
    isVerified === true &&
    typeof email === 'string' &&
    email.length <= MAX_EMAIL_CHARACTERS &&
    email.includes('@') &&
    email === storable(email);
  const named = new Set(roles.flatMap(({ group }) => (group === undefined ? [] : [group])));
  const groups = [...new Set(groupsIn(groups_claim === undefined ? undefined : claimAt(claims, groups_claim)))];
  const sorted = [...groups.filter((it) => named.has(it)), ...groups.filter((it) => !named.has(it))];
  return { email: isKept ? inSmallLetters(email) : null, groups: sorted.slice(0, MAX_GROUPS) };
}

/** The first rule that a person meets, which is the one that counts; undefined = none, and nobody is signed in. */
export function ruleFor({ email, groups }: PersonFacts, rules: readonly OidcRule[]): OidcRule | undefined {
  const ofPerson = new Set(groups);
  const domain = email?.slice(email.lastIndexOf('@') + 1);
  return rules.find(
    (rule) =>
      rule.everybody === true ||
      (rule.group !== undefined && ofPerson.has(rule.group)) ||
      (rule.email !== undefined && rule.email === email) ||
      (rule.email_domain !== undefined && rule.email_domain === domain),
  );
}

/** Whether an issuer has left the groups out because there are too many of them, as Entra ID does. */
export function leavesGroupsOut(claims: Claims, { groups_claim }: Pick<OidcIssuer, 'groups_claim'>): boolean {
  const elsewhere = claims['_claim_names'];
  return groups_claim !== undefined && isRecord(elsewhere) && Object.hasOwn(elsewhere, groups_claim);
}

/** What a person is called: as they sign in there, or by what else is said of them. */
export function nameOf(claims: Claims, subject: string): string {
  const names = [claims['preferred_username'], claims['email'], claims['name'], subject];
  const [name = subject] = names.flatMap((it) => (typeof it === 'string' && shown(it) !== '' ? [shown(it)] : []));
  return name;
}

/** Whether a token lacks something that a rule or the name needs, and which the issuer may say elsewhere. */
export function lacksClaims(
  claims: Claims,
  { groups_claim, roles }: Pick<OidcIssuer, 'groups_claim' | 'roles'>,
): boolean {
  const needsEmail = roles.some(({ email, email_domain }) => email !== undefined || email_domain !== undefined);
  const hasName = ['preferred_username', 'email', 'name'].some((name) => typeof claims[name] === 'string');
  return (
    !hasName ||
    (groups_claim !== undefined && claimAt(claims, groups_claim) === undefined) ||
    (needsEmail && (claims['email'] === undefined || claims['email_verified'] === undefined))
  );
}

/** What a token says, and of what it does not say the user info. That an address is verified counts where it is said of that address. */
export function joinClaims(ofToken: Claims, ofUserInfo: Claims): Claims {
  const { email = ofUserInfo['email'] } = ofToken;
  const sayer = [ofToken, ofUserInfo].find((it) => it['email'] === email && it['email_verified'] !== undefined);
  return { ...ofUserInfo, ...ofToken, email, email_verified: sayer?.['email_verified'] };
}

/** A claim of that name, else one that lies in others: `realm_access.roles`. */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let at: unknown = claims;
  for (const step of path.split('.')) {
    if (!isRecord(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}

function groupsIn(claim: unknown): string[] {
  return [claim]
    .flat()
    .filter((it) => typeof it === 'string')
    .filter((it) => it !== '' && it.length <= MAX_GROUP_CHARACTERS && it === storable(it));
}

/** Without what cannot be seen or turns the direction of what stands beside it. */
function shown(name: string): string {
  return storable(name.slice(0, 4 * MAX_NAME_CHARACTERS))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim()
    .slice(0, MAX_NAME_CHARACTERS)
    .toWellFormed();
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}

/** Without other alphabets, in which some letters have the small ones of ours. */
function inSmallLetters(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isRecord(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
