import { AsyncLocalStorage } from 'node:async_hooks';

/** Who changes something: an administrator, the configuration file, or a job of the gateway itself. */
export interface Actor {
  readonly kind: 'master_key' | 'admin_key' | 'oidc' | 'file' | 'job';
  /** Of an admin key, or of a person. */
  readonly id?: string;
  /** Of the admin key, the person or the job; the path of the file. */
  readonly name: string;
}

/** Who acts, and on which request. */
export interface Acting {
  readonly actor: Actor;
  /** From where the request came. */
  readonly clientIp?: string;
  readonly requestId?: string;
  /** The session of the dashboard by which the actor acts; absent = by a key. */
  readonly sessionId?: string;
}

const acting = new AsyncLocalStorage<Acting>();

/** Calls a function: whatever it does, also later, is done by this actor. */
export function actAs<T>(who: Acting, act: () => T): T {
  return acting.run(who, act);
}

/** Who acts here; undefined = nobody in particular, as where an application is served. */
export function whoActs(): Acting | undefined {
  return acting.getStore();
}
