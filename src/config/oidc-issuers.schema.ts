import { z } from 'zod';
import { adminRoles } from '../domain/administrator.js';

/** As they are in URLs. */
const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const MAX_ISSUERS = 20;
const MAX_RULES = 200;
const MAX_TEAMS = 100;
const MAX_TEXT = 500;
/** How a secret is named that stands in a variable, here and in the configuration file. */
const VARIABLE = /^os\.environ\/([A-Za-z_][A-Za-z0-9_]*)$/;

/** What is not there is missing, and anything else is not what it must be. */
function said(rule: string) {
  return { error: ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : rule) };
}

function text(most: number) {
  const rule = `must be text of at most ${most} characters`;
  return z.string(said(rule)).trim().min(1, 'must not be empty').max(most, rule);
}

/** Only names are told of what is unknown: a forgotten quote makes a key of a secret. */
function only<Shape extends z.core.$ZodLooseShape>(shape: Shape, what: string) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return `must be ${what}`;
      const names = issue.keys.filter((key) => /^[a-z_]{1,40}$/.test(key));
      return `has a key that is not known here${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
    },
  });
}

const issuerUrl = text(1000).refine(isIssuerUrl, {
  error:
    'must be the https URL of an issuer, as its /.well-known/openid-configuration names it, without credentials, query and fragment',
});

function isIssuerUrl(value: string): boolean {
  if (!URL.canParse(value) || value.includes('/.well-known/')) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));
  return isPrivate && username === '' && password === '' && search === '' && hash === '';
}

/** Whom a rule may be for; each has one of these. */
const conditions = ['group', 'email', 'email_domain', 'everybody'] as const;

const ruleSchema = only(
  {
    group: text(MAX_TEXT).optional(),
    email: text(320).toLowerCase().optional(),
    email_domain: text(255)
      .toLowerCase()
      .regex(/^[^@\s]+$/, 'must be a domain such as example.org')
      .optional(),
    everybody: z.literal(true, 'must be true').optional(),
    role: z.enum(adminRoles, said(`must be ${adminRoles.slice(0, -1).join(', ')} or ${adminRoles.at(-1)}`)),
    teams: z
      .array(text(200), 'must be a list of names or ids of teams')
      .max(MAX_TEAMS, `must have at most ${MAX_TEAMS} teams`)
      .default([]),
  },
  'a rule with a role',
).superRefine((rule, context) => {
  const issue = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (conditions.filter((name) => rule[name] !== undefined).length !== 1)
    issue([], `must have one of ${conditions.join(', ')}`);
  if (rule.role === 'team_admin' && rule.teams.length === 0) issue(['teams'], 'must have a team for a team_admin');
  if (rule.role !== 'team_admin' && rule.teams.length > 0) issue(['teams'], 'are for the role team_admin only');
});

const issuerSchema = only(
  {
    id: text(40).regex(/^[a-z0-9][a-z0-9-]*$/, 'must have small letters, digits and hyphens only'),
    name: text(60),
    issuer: issuerUrl,
    client_id: text(MAX_TEXT),
    client_secret: text(2000).optional(),
    scopes: z
      .array(text(200).regex(/^[!#-[\]-~]+$/, 'must be a scope'), 'must be a list of scopes')
      .max(50, 'must have at most 50 scopes')
      .default(['openid', 'profile', 'email'])
      .transform((scopes) => [...new Set(['openid', ...scopes])]),
    groups_claim: text(200).optional(),
    roles: z
      .array(ruleSchema, said('must be a list of rules'))
      .min(1, 'must have a rule, or nobody could sign in')
      .max(MAX_RULES, `must have at most ${MAX_RULES} rules`),
  },
  'an issuer with id, name, issuer, client_id and roles',
).superRefine(({ groups_claim, roles }, context) => {
  for (const [index, { group }] of roles.entries()) {
    if (group !== undefined && groups_claim === undefined)
      context.addIssue({ code: 'custom', path: ['roles', index, 'group'], message: 'needs groups_claim as well' });
  }
});

/** Whose role is what, in the order in which they are tried. */
export type OidcRule = z.output<typeof ruleSchema>;
/** One who says who people are, by OpenID Connect. */
export type OidcIssuer = z.output<typeof issuerSchema>;

const listSchema = z
  .array(issuerSchema, 'must be a list of issuers')
  .max(MAX_ISSUERS, `must have at most ${MAX_ISSUERS} issuers`)
  .superRefine((issuers, context) => {
    for (const [index, { id }] of issuers.entries()) {
      if (issuers.findIndex((other) => other.id === id) < index)
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is the id of another issuer already' });
    }
  });

/** Issuers as a list, or as one text of JSON. */
export const oidcIssuersSchema = z
  .unknown()
  .transform((value, context) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch (error) {
      const at = /position (\d{1,9})/.exec(String(error))?.[1];
      const where = at === undefined ? '' : `; it is none at character ${Number(at) + 1}`;
      context.addIssue({ code: 'custom', message: `must be a list of issuers in JSON${where}` });
      return z.NEVER;
    }
  })
  .pipe(listSchema);

/**
 * Puts the values of variables in the place of their names.
 * @returns the issuers, or what is wrong and where
 */
export function withNamedSecrets(
  issuers: readonly OidcIssuer[],
  variables: Readonly<Record<string, string>>,
): { readonly issuers: OidcIssuer[] } | { readonly path: PropertyKey[]; readonly message: string } {
  const named: OidcIssuer[] = [];
  for (const [index, issuer] of issuers.entries()) {
    const name = VARIABLE.exec(issuer.client_secret ?? '')?.[1];
    if (name === undefined) {
      named.push(issuer);
      continue;
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined)
      return { path: [index, 'client_secret'], message: `names the variable ${name}, which is not set` };
    named.push({ ...issuer, client_secret: value });
  }
  return { issuers: named };
}

/** Where browsers reach the gateway: an origin. */
export const publicUrlSchema = z
  .string()
  .refine(isOrigin, { error: 'must be an address such as https://auricle.example.com, without a path', abort: true })
  .transform((value) => new URL(value).origin);

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && username + password + search + hash === '' && pathname === '/';
}

/** Whether nobody can listen on the way to an address. */
export function isPrivateOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'https:' || LOCAL_HOSTS.includes(hostname);
}
