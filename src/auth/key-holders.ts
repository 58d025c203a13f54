import { rolesWith, type Administrator, type Permission } from '../domain/administrator.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { joinPrivacy } from '../domain/privacy.js';
import { joinRedactions } from '../domain/redaction/redaction-setting.js';
import type { RouteEndpoint } from '../http/access.js';
import type { AdminKeyRow } from './admin-keys/admin-keys.repository.js';
import { checkAddress, checkEndpoint, commonEndpoints } from './key-bounds.js';
import type { VirtualKeyRow } from './virtual-keys.repository.js';

/** From where a request comes, and what it asks for. */
export interface Visit {
  readonly clientAddress: string;
  readonly endpoint: RouteEndpoint;
}

/** Who has the master key. */
export const MASTER = { kind: 'master_key', name: 'master key', role: 'owner', teamIds: null } as const;

/** Who holds an admin key. @throws GatewayError 401 when it may not be used */
export function administratorOf(key: AdminKeyRow): Administrator {
  if (key.blocked) throw unauthorized('This admin key has been blocked.', 'key_blocked');
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now()) {
    throw unauthorized(`This admin key expired at ${key.expiresAt.toISOString()}.`, 'key_expired');
  }
  const { id, name, role, teams } = key;
  return { kind: 'admin_key', id, name, role, teamIds: role === 'team_admin' ? teams.map((team) => team.id) : null };
}

/** @throws GatewayError 403 when the role of the administrator does not have the permission */
export function checkMay({ kind, role, teamIds }: Administrator, permission: Permission): void {
  const who = kind === 'admin_key' ? 'This admin key' : 'Who is signed in';
  const roles = rolesWith(permission);
  if (!roles.includes(role)) {
    const those = roles.length === 1 ? `the role ${roles.join()} has` : `the roles ${roles.join(', ')} have`;
    throw insufficientRole(`${who} has the role ${role}; this needs the permission ${permission}, which ${those}.`);
  }
  // Who has no team may not do what others may do in theirs.
  if (teamIds?.length === 0) {
    throw insufficientRole(`${who} has the role ${role}, and none of its teams is there any more.`);
  }
}

/** What those are told who may not do something, whatever role they have. */
export function insufficientRole(message: string): GatewayError {
  return new GatewayError({ status: 403, message, code: 'insufficient_role' });
}

/** A virtual key, or who has a client token in its place. */
export type KeyCaller = Extract<Caller, { kind: 'virtual_key' }>;

/** What a key may do, together with its team. @throws GatewayError 401 when it may not be used, 403 not from there or not for that */
export function callerOf(key: VirtualKeyRow, { clientAddress, endpoint }: Visit): KeyCaller {
  const { team } = key;
  if (key.blocked) throw unauthorized('This API key has been blocked.', 'key_blocked');
  if (team?.blocked) throw unauthorized('The team of this API key has been blocked.', 'team_blocked');
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now()) {
    throw unauthorized(`This API key expired at ${key.expiresAt.toISOString()}.`, 'key_expired');
  }
  const bounds = team ? [key, team] : [key];
  checkAddress(bounds, clientAddress);
  checkEndpoint(bounds, endpoint);
  const { id: keyId, name, allowProviderKeys: allowsProviderKeys, budgets, cache, spendNanoUsd } = key;
  return {
    kind: 'virtual_key',
    keyId,
    name,
    team: team && { id: team.id, name: team.name },
    endpoints: commonEndpoints(bounds),
    models: [key.models, team?.models].filter((list) => list != null),
    allowsProviderKeys,
    budgets,
    limits: { key: key.limits, team: team?.limits ?? null },
    redaction: joinRedactions([key.redaction, team?.redaction ?? null]),
    privacy: joinPrivacy([key.privacy, team?.privacy ?? null]),
    cache,
    spendNanoUsd,
  };
}

/** 401: nobody is known by what was sent. */
export function unauthorized(message: string, code = 'invalid_api_key'): GatewayError {
  return new GatewayError({ status: 401, message, code, headers: { 'www-authenticate': 'Bearer' } });
}
