import { createClient, createCluster, createSentinel, ErrorReply } from '@redis/client';
import type { RedisAddress } from '../config/redis-url.schema.js';
import type { RedisScript } from './redis.js';

/** A connection to Redis, whatever stands behind it, that is used until something fails and never again. */
export interface RedisClient {
  connect(): Promise<unknown>;
  /** Sees to it that Redis knows a key that is written and forgotten again: what cannot be written is away as well. */
  prove(key: string): Promise<unknown>;
  run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown>;
  /** Ends all that is under way. Resolves when nothing of it is left; never rejects. */
  destroy(): Promise<void>;
}

/** What a client needs. */
export interface RedisClientOptions {
  readonly address: RedisAddress;
  readonly sentinelPassword: string | undefined;
  /** How long opening a connection may take. */
  readonly connectMs: number;
  /** Told that the connection has broken, where there is one only. */
  readonly onBroken: (error: unknown) => void;
}

/** How long sentinels may be silent, and how often they are asked whether they live. */
const SENTINEL_SILENCE_MS = 5000;
const SENTINEL_PING_MS = 2000;
/** Who asks has a time limit of its own for every answer; the library's would cost more than the rest of a question. */
const commandOptions = { timeout: undefined };
/** After which a proof is forgotten. */
const PROOF_SECONDS = 60;

type OpenClient =
  ReturnType<typeof singleClient> | ReturnType<typeof sentinelClient> | ReturnType<typeof clusterClient>;

/** Makes a client that is not connected yet. */
export function redisClient(options: RedisClientOptions): RedisClient {
  const client = clientOf(options);
  // What else has broken, a sentinel or a node that nobody asks, is nobody's concern; a question that fails is.
  client.on('error', options.address.kind === 'single' ? options.onBroken : () => undefined);
  return {
    connect: () => client.connect(),
    prove: (key) => client.set(key, '1', { expiration: { type: 'EX', value: PROOF_SECONDS } }),
    run: async ({ source, sha }, keys, values) => {
      const given = { keys: [...keys], arguments: [...values] };
      try {
        return await client.evalSha(sha, given);
      } catch (error) {
        if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
        return await client.eval(source, given);
      }
    },
    destroy: async () => {
      try {
        await client.destroy();
      } catch {
        // It was not open.
      }
    },
  };
}

function clientOf(options: RedisClientOptions): OpenClient {
  const { kind } = options.address;
  if (kind === 'sentinel') return sentinelClient(options);
  return kind === 'cluster' ? clusterClient(options) : singleClient(options);
}

/** What every connection has. Who broke it off makes another client: none connects again by itself. */
function commonOptions({ address: { username, password }, connectMs }: RedisClientOptions) {
  return {
    username,
    password,
    disableOfflineQueue: true,
    maintNotifications: 'disabled' as const,
    socket: { connectTimeout: connectMs, reconnectStrategy: false as const },
  };
}

function singleClient(options: RedisClientOptions) {
  const { address } = options;
  const { socket, ...common } = commonOptions(options);
  const { path, nodes, isEncrypted: tls, database } = address;
  const [node = { host: 'localhost', port: 6379 }] = nodes;
  return createClient({
    ...common,
    RESP: 2,
    commandOptions,
    database,
    socket:
      path !== undefined
        ? { ...socket, path, tls: false }
        : tls
          ? { ...socket, ...node, tls: true, servername: serverName(node.host) }
          : { ...socket, ...node },
  });
}

function sentinelClient(options: RedisClientOptions) {
  const { address, sentinelPassword, connectMs } = options;
  const { socket, ...common } = commonOptions(options);
  const encryption = address.isEncrypted ? { tls: true as const } : {};
  return createSentinel({
    name: address.masterName,
    sentinelRootNodes: address.nodes.map((node) => ({ ...node })),
    RESP: 2,
    commandOptions,
    // Commands then need not wait for each other.
    reserveClient: true,
    maxCommandRediscovers: 0,
    nodeClientOptions: { ...common, database: address.database, socket: { ...socket, ...encryption } },
    sentinelClientOptions: {
      password: sentinelPassword,
      maintNotifications: 'disabled',
      pingInterval: SENTINEL_PING_MS,
      socket: {
        connectTimeout: connectMs,
        reconnectStrategy: false,
        socketTimeout: SENTINEL_SILENCE_MS,
        ...encryption,
      },
    },
  });
}

function clusterClient(options: RedisClientOptions) {
  const { address } = options;
  const { socket, ...common } = commonOptions(options);
  const defaults = { ...common, socket: { ...socket, ...(address.isEncrypted && { tls: true as const }) } };
  return createCluster({
    rootNodes: address.nodes.map((node) => ({ socket: { ...node } })),
    defaults,
    RESP: 2,
    commandOptions,
    // All keys lie in one place.
    minimizeConnections: true,
  });
}

/** TLS names no addresses. */
function serverName(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host;
}

/** What has failed, in words without anything secret. */
export function describeRedisFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'it has failed';
  // Old servers repeat what they were sent, as `ERR unknown command 'AUTH', with args beginning with: ...`.
  const [message = ''] = error.message.split(', with args');
  return message.slice(0, 200) || error.name;
}
