import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  UseInterceptors,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Request } from 'express';
import {
  rolesWith,
  type Administrator,
  type LedgerScope,
  type NamedAdministrator,
  type Permission,
} from '../domain/administrator.js';
import type { Caller } from '../domain/caller.js';
import type { Endpoint } from '../domain/endpoint.js';
import { ActingInterceptor } from './admin/acting.interceptor.js';
import { AskingInterceptor } from './admin/asking.interceptor.js';
import { JsonBodyInterceptor } from './admin/json-body.interceptor.js';
import { ApiErrorAnswer } from './openapi/api-answers.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Set by the guard on routes of `api_key` and `client_token` access. */
    caller?: Caller;
    /** Set by the guard on routes of administrators. */
    administrator?: Administrator;
    /** Set by the guard on routes of administrators that whoever is signed in with a virtual key may call, for that key. */
    keyHolder?: KeyHolder;
    /** Set by the guard where the cookie of a session was sent in the place of a key. */
    session?: PresentedSession;
    /** Set with it: whether what was sent still opens the route, to the same things. Of an answer that goes on for long. */
    isStillAdmitted?: () => Promise<boolean>;
    /** The bearer beside the caller's key, where it is no key of ours: perhaps the caller's own for a provider. */
    providerKey?: string;
  }
}

/** Who is signed in with a virtual key. */
export interface KeyHolder {
  readonly keyId: string;
}

/** The session that opened a route. */
export interface PresentedSession {
  readonly id: string;
  /** SHA-256 of the secret of the key that it stands for, hex; of a person that of the issuer. */
  readonly keyHash: string;
}

/**
 * Who may call a route: any holder of a valid API key, also who has only a client token in its place, or everybody. Each may do what
 * those after it may. Routes of administrators say so with {@link AdminAccess}.
 */
export type Access = 'api_key' | 'client_token' | 'public';

/** Which of the endpoints that a key may be limited to a route belongs to; `self` = what tells a key of itself, which every key may ask. */
export type RouteEndpoint = Endpoint | 'self';

/** Metadata key of a route's {@link Access}. */
export const ACCESS = 'auricle:access';
/** Metadata key of a route's {@link RouteEndpoint}. */
export const ENDPOINT = 'auricle:endpoint';
/** Metadata key of what an administrator needs to call a route. */
export const ADMIN_ACCESS = 'auricle:admin-access';
/** Metadata key of whether `METRICS_TOKEN` opens a route as well. */
export const METRICS_ACCESS = 'auricle:metrics-access';

/** Metadata key of what the holder of an admin key needs on a route for keys. */
export const ALSO_ADMINISTRATORS = 'auricle:also-administrators';

/** Metadata key of whether holders of virtual keys may call a route of administrators, as far as they are signed in. */
export const ALSO_KEY_HOLDERS = 'auricle:also-key-holders';

/** OpenAPI extensions: the permission that an admin route needs, and the roles that have it. */
export const X_PERMISSION = 'x-permission';
export const X_ROLES = 'x-roles';
/** OpenAPI extension: whether a session of a virtual key opens an admin route as well, for what is of that key. */
export const X_KEY_HOLDERS = 'x-key-holders';

/**
 * Declares who may call a route. A route that declares nothing is refused to everybody: forgetting must not open a door. What holders of
 * a key alone may call has JSON as body. A route for keys says as well which endpoint it belongs to.
 */
export function AllowAccess(access: 'public'): ClassDecorator & MethodDecorator;
export function AllowAccess(
  access: 'api_key' | 'client_token',
  endpoint: RouteEndpoint,
): ClassDecorator & MethodDecorator;
export function AllowAccess(access: Access, endpoint?: RouteEndpoint): ClassDecorator & MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCESS, access),
    SetMetadata(ENDPOINT, endpoint),
    ...(access === 'api_key' ? [UseInterceptors(JsonBodyInterceptor)] : []),
  );
}

/** Declares that administrators may call a route, as far as their role has this permission. It has JSON as body. */
export function AdminAccess(permission: Permission): MethodDecorator {
  return applyDecorators(
    SetMetadata(ADMIN_ACCESS, permission),
    UseInterceptors(JsonBodyInterceptor, ActingInterceptor, AskingInterceptor),
    ApiExtension(X_PERMISSION, permission),
    ApiExtension(X_ROLES, rolesWith(permission)),
    ApiErrorAnswer(403),
  );
}

/** Declares that administrators may call a route for keys as well, as far as their role has this permission. */
export function AlsoAdministrators(permission: Permission): MethodDecorator {
  return SetMetadata(ALSO_ADMINISTRATORS, permission);
}

/**
 * Declares that whoever is signed in with a virtual key may call a route of administrators as well, as far as holders of keys have its
 * permission. What they see is theirs only if the route asks for {@link AuthenticatedScope}.
 */
export function AlsoKeyHolders(): MethodDecorator {
  return applyDecorators(SetMetadata(ALSO_KEY_HOLDERS, true), ApiExtension(X_KEY_HOLDERS, true));
}

/** Declares that `METRICS_TOKEN` opens a route, and administrators do who may read metrics. */
export function MetricsAccess(): MethodDecorator {
  return applyDecorators(SetMetadata(METRICS_ACCESS, true), AdminAccess('metrics.read'));
}

/** Parameter decorator: the authenticated administrator of an admin route. */
export const AuthenticatedAdministrator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Administrator => {
    const { administrator } = context.switchToHttp().getRequest<Request>();
    if (!administrator) throw new Error('AuthenticatedAdministrator used on a route that is not of administrators');
    return administrator;
  },
);

/** Parameter decorator: whose requests the caller of an admin route with {@link AlsoKeyHolders} may see. */
export const AuthenticatedScope = createParamDecorator((_: unknown, context: ExecutionContext): LedgerScope => {
  const { administrator, keyHolder } = context.switchToHttp().getRequest<Request>();
  if (administrator) return administrator.teamIds;
  if (!keyHolder) throw new Error('AuthenticatedScope used on a route that is not of administrators');
  return { keyId: keyHolder.keyId };
});

/** Parameter decorator: tells whether the administrator of an admin route would still be let in, to the same things. */
export const StillAdmitted = createParamDecorator((_: unknown, context: ExecutionContext): (() => Promise<boolean>) => {
  const { isStillAdmitted } = context.switchToHttp().getRequest<Request>();
  if (!isStillAdmitted) throw new Error('StillAdmitted used on a route that is not of administrators');
  return isStillAdmitted;
});

/** Parameter decorator: the authenticated caller of an `api_key` or `client_token` route. */
export const AuthenticatedCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Request>();
  if (!caller) throw new Error('AuthenticatedCaller used on a route that everybody may call, or administrators only');
  return caller;
});

/** Who calls a route for keys that is open to administrators as well. */
export type Reader = Caller | NamedAdministrator;

/** Parameter decorator: who calls a route with {@link AlsoAdministrators}. */
export const AuthenticatedReader = createParamDecorator((_: unknown, context: ExecutionContext): Reader => {
  const { administrator, caller } = context.switchToHttp().getRequest<Request>();
  const reader = isNamed(administrator) ? administrator : caller;
  if (!reader) throw new Error('AuthenticatedReader used on a route that everybody may call');
  return reader;
});

/** Whoever reads as an administrator may see what the master key may. */
export function callerOfReader(reader: Reader): Caller {
  return isNamed(reader) ? { kind: 'master_key', name: 'master key' } : reader;
}

function isNamed(reader: Reader | Administrator | undefined): reader is NamedAdministrator {
  return reader?.kind === 'admin_key' || reader?.kind === 'oidc';
}
