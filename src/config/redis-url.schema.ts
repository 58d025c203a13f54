import { z } from 'zod';

/** A host and a port of it. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where a Redis is, and how it is entered. */
export interface RedisAddress {
  /** `cluster`, `sentinel`: the nodes are some of those that know all others. */
  readonly kind: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly RedisNode[];
  /** Of a unix socket, in place of nodes. */
  readonly path: string | undefined;
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** By which sentinels know the master; empty elsewhere. */
  readonly masterName: string;
}

const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;
const MAX_NODES = 20;
const MAX_DATABASE = 1_000_000;
const MAX_LENGTH = 4096;

/** The scheme, who enters, hosts or nothing, and a path. */
const PARTS =
  /^(redis|rediss|unix)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^?#]*)?(?:\?database=(\d{1,7}))?$/;

const RULE =
  'must be redis://user:password@host:6379/0, rediss:// for TLS, unix:///path/to/redis.sock, ' +
  'redis+sentinel://host:26379,host:26379/master-name/0 or redis+cluster://host:6379,host:6379, ' +
  'with what is special in a user name or password percent-encoded';

/** The address of a Redis or Valkey as one text. What is wrong with it is told without repeating it. */
export const redisUrlSchema = z
  .string(RULE)
  .max(MAX_LENGTH, RULE)
  .transform((text, context): RedisAddress => {
    const address = addressIn(text);
    if (typeof address === 'object') return address;
    context.addIssue({ code: 'custom', message: address });
    return z.NEVER;
  });

/** @returns what is wrong, where it is none */
function addressIn(text: string): RedisAddress | string {
  const [, scheme, cluster, entrance, hosts = '', path = '', asked] = PARTS.exec(text) ?? [];
  if (scheme === undefined) return RULE;
  const [username, password] = credentialsIn(entrance ?? '');
  if (username === undefined || password === undefined) return RULE;
  const isSocket = scheme === 'unix';
  const kind: RedisAddress['kind'] = cluster === 'sentinel' || cluster === 'cluster' ? cluster : 'single';
  const common = { kind, username: username || undefined, password: password || undefined, masterName: '' };
  if (isSocket) {
    const socket = decoded(path);
    if (kind !== 'single' || hosts !== '' || socket === undefined || socket.length < 2) return RULE;
    return { ...common, nodes: [], path: socket, isEncrypted: false, database: Number(asked ?? 0) };
  }
  if (asked !== undefined) return RULE;
  const nodes = hosts.split(',').map((host) => nodeIn(host, PORTS[kind]));
  const known = nodes.filter((node) => node !== undefined);
  if (known.length < nodes.length || known.length > MAX_NODES || (kind === 'single' && known.length > 1)) return RULE;
  const rest = path.split('/').slice(1);
  const masterName = kind === 'sentinel' ? decoded(rest.shift() ?? '') : '';
  if (masterName === undefined || (kind === 'sentinel' && masterName === '')) {
    return 'must name the master after the sentinels: redis+sentinel://host:26379,host:26379/master-name/0';
  }
  const [database = ''] = rest;
  if (rest.length > 1 || !/^\d{0,7}$/.test(database) || Number(database) > MAX_DATABASE) return RULE;
  if (kind === 'cluster' && Number(database) > 0) return 'must name no database: a cluster has one only';
  return {
    ...common,
    nodes: known,
    path: undefined,
    isEncrypted: scheme === 'rediss',
    database: Number(database),
    masterName,
  };
}

/** User and password; undefined where they cannot be read. */
function credentialsIn(entrance: string): readonly [string | undefined, string | undefined] {
  const [username = '', ...rest] = entrance.split(':');
  return [decoded(username), decoded(rest.join(':'))];
}

function nodeIn(text: string, port: number): RedisNode | undefined {
  const url = `redis://${text}`;
  if (text === '' || !URL.canParse(url)) return undefined;
  const { hostname, port: said, pathname } = new URL(url);
  if (hostname === '' || pathname !== '' || said === '0') return undefined;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(said || port) };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
