import { GatewayError } from './errors.js';

/** What holders of admin keys are, from the one who may do everything. */
export const adminRoles = ['owner', 'admin', 'viewer', 'team_admin'] as const;
export type AdminRole = (typeof adminRoles)[number];

/** What a permission is for, and which roles have it. */
interface PermissionFacts {
  readonly what: string;
  readonly roles: readonly AdminRole[];
  /** Whether whoever is signed in with a virtual key has it for that key: always, or if the key's team allows it. */
  readonly ofKeyHolders?: 'always' | 'as_team_allows';
  /** Whether all but owners have it for what is their own only. */
  readonly isOfOwn?: true;
}

const OWNER = ['owner'] as const;
const ADMINS = ['owner', 'admin'] as const;
const READERS = ['owner', 'admin', 'viewer'] as const;
const TEAM_READERS = ['owner', 'admin', 'viewer', 'team_admin'] as const;

/**
 * Who may do what: the one table. Every admin route names one of these, and the guard reads who has it. What a team admin has here
 * is of its teams only, which whoever serves the route sees to.
 */
export const permissions = {
  'admin_keys.read': { what: 'See admin keys', roles: OWNER },
  'admin_keys.write': { what: 'Make, change, rotate and delete admin keys', roles: OWNER },
  'sessions.read': { what: 'See who is signed in to the dashboard', roles: TEAM_READERS, isOfOwn: true },
  'sessions.write': { what: 'End sessions of the dashboard', roles: TEAM_READERS, isOfOwn: true },
  'audio.use': { what: 'Use all models in the dashboard, as the master key may', roles: ADMINS },
  'keys.read': { what: 'See virtual keys', roles: TEAM_READERS },
  'keys.write': {
    what: 'Make, change, block, rotate and delete virtual keys',
    roles: ['owner', 'admin', 'team_admin'],
  },
  'teams.read': { what: 'See teams', roles: TEAM_READERS },
  'teams.write': { what: 'Make, change, block and delete teams', roles: ADMINS },
  'logs.read': {
    what: 'Read, search, export and follow the ledger',
    roles: TEAM_READERS,
    ofKeyHolders: 'as_team_allows',
  },
  'logs.erase': { what: 'Erase what the ledger tells of a user', roles: ADMINS },
  'transcripts.delete': { what: 'Delete the transcript of a request', roles: ['owner', 'admin', 'team_admin'] },
  'analytics.read': { what: 'Sums, reports of spend and forecasts', roles: TEAM_READERS, ofKeyHolders: 'always' },
  'gateway.read': { what: 'See what holds for all requests', roles: READERS },
  'gateway.write': { what: 'Change what holds for all requests', roles: ADMINS },
  'models.read': { what: 'See models and deployments, and how they do', roles: READERS },
  'models.write': { what: 'Make, change, test, reset and delete models and deployments', roles: ADMINS },
  'credentials.read': { what: 'See names and previews of provider secrets', roles: READERS },
  'credentials.write': { what: 'Store, change and delete provider secrets', roles: ADMINS },
  'retirements.read': { what: 'See which models end when, and whose requests use them', roles: READERS },
  'providers.read': { what: 'See providers and prices', roles: READERS },
  'configs.read': { what: 'See saved configs', roles: READERS },
  'configs.write': { what: 'Save, change and delete configs', roles: ADMINS },
  'alerts.read': { what: 'See alerts and their deliveries', roles: READERS },
  'alerts.write': { what: 'Make, change, test, rotate and delete alerts, and repeat deliveries', roles: ADMINS },
  'configuration.read': { what: 'See the settings, and what the configuration file says', roles: READERS },
  'configuration.write': { what: 'Read the configuration file again', roles: ADMINS },
  'cache.read': { what: 'See how much is cached', roles: READERS },
  'cache.write': { what: 'Forget cached answers', roles: ADMINS },
  'audit.read': { what: 'Read and export who has changed what', roles: READERS },
  'metrics.read': { what: 'Read `/metrics`', roles: READERS },
} as const satisfies Readonly<Record<string, PermissionFacts>>;
export type Permission = keyof typeof permissions;
/** Every {@link Permission}. */
export const permissionNames = Object.keys(permissions) as readonly Permission[];

/** Which roles have a permission. */
export function rolesWith(permission: Permission): readonly AdminRole[] {
  return permissions[permission].roles;
}

/** Whether all but owners have a permission for what is their own only. */
export function isOfOwn(permission: Permission): boolean {
  const { isOfOwn: only }: PermissionFacts = permissions[permission];
  return only === true;
}

/**
 * What whoever is signed in with a virtual key may do, for that key only.
 * @param mayReadLogs whether its team allows that
 */
export function permissionsOfHolder(mayReadLogs: boolean): readonly Permission[] {
  return permissionNames.filter((permission) => {
    const { ofKeyHolders }: PermissionFacts = permissions[permission];
    return ofKeyHolders === 'always' || (ofKeyHolders === 'as_team_allows' && mayReadLogs);
  });
}

/** What a role may do. */
export function permissionsOf(role: AdminRole): readonly Permission[] {
  return permissionNames.filter((permission) => rolesWith(permission).includes(role));
}

/** Whose things are meant: those of these teams; null = all, also those of no team. */
export type TeamScope = readonly string[] | null;

/** Whose requests are meant: those of teams, or those of one key. */
export type LedgerScope = TeamScope | { readonly keyId: string };

/** Who sent a request to the admin API. */
export type Administrator =
  | { readonly kind: 'master_key'; readonly name: 'master key'; readonly role: 'owner'; readonly teamIds: null }
  | {
      readonly kind: 'admin_key' | 'oidc';
      /** Of the admin key; of a person one that is made of the issuer and its subject, and so always the same. */
      readonly id: string;
      /** Of the admin key; of a person as the issuer says it. */
      readonly name: string;
      readonly role: AdminRole;
      /** The ids of the teams that a team admin has; null = not narrowed to teams. */
      readonly teamIds: TeamScope;
    };

/** One who is not the master key's holder, and has a name and a role of its own. */
export type NamedAdministrator = Exclude<Administrator, { kind: 'master_key' }>;

/** Whether what belongs to this team is meant; null = it belongs to none. */
export function isWithin(scope: TeamScope, teamId: string | null): boolean {
  return scope === null || (teamId !== null && scope.includes(teamId.toLowerCase()));
}

/** What a team admin hears who asks for something beyond its teams. It does not tell whether there is such a thing. */
export function notAllowed(message: string, param: string): GatewayError {
  return new GatewayError({ status: 403, message, param, code: 'not_allowed' });
}

/** @param param where another key was named */
export function outsideKey(param: string): GatewayError {
  return notAllowed(`Invalid '${param}': who is signed in with a virtual key has the requests of that key only`, param);
}

/** @param param where another team was named, or none where one must be */
export function outsideTeams(param: string): GatewayError {
  return notAllowed(`Invalid '${param}': a team admin has only its own teams, and names one of them`, param);
}
