import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/database/loopback-port.js';
import { until } from './upload-server.js';

/** The program: REDIS_SERVER, else what the path has. */
const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server';

/** Whether Redis can be run here. */
export const hasRedis = spawnSync(PROGRAM, ['--version']).status === 0;

const MEMORY_ONLY = ['--save', '', '--appendonly', 'no'];

/** A Redis of a test's own that writes nothing to the disk: killed, it is empty when it starts again. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly files: readonly string[],
    private readonly options: readonly string[],
  ) {}

  /** @param options as in its configuration, in the form of its command line */
  static async start(options: readonly string[] = []): Promise<RedisServer> {
    return await RedisServer.startIn(await newFolder(), [...MEMORY_ONLY, ...options]);
  }

  /** One of a cluster, which knows nobody yet. */
  static async startNode(): Promise<RedisServer> {
    const busPort = await findFreePort(undefined);
    return await RedisServer.start(['--cluster-enabled', 'yes', '--cluster-port', String(busPort)]);
  }

  /** A sentinel that watches over `master` and gives it up after a fifth of a second. */
  static async startSentinel({ port }: RedisServer, password: string): Promise<RedisServer> {
    const folder = await newFolder();
    const config = [
      `sentinel monitor main 127.0.0.1 ${port} 1`,
      'sentinel down-after-milliseconds main 200',
      'sentinel failover-timeout main 2000',
      `requirepass ${password}`,
    ];
    await writeFile(join(folder, 'sentinel.conf'), `${config.join('\n')}\n`);
    return await RedisServer.startIn(folder, ['--sentinel'], ['sentinel.conf']);
  }

  private static async startIn(
    folder: string,
    options: readonly string[],
    files: readonly string[] = [],
  ): Promise<RedisServer> {
    const server = new RedisServer(await findFreePort(undefined), folder, files, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, on the same port. */
  async start(): Promise<void> {
    const { folder, port, files, options } = this;
    const words = [...files, '--port', String(port), '--dir', folder, '--bind', '127.0.0.1', ...options];
    this.child = spawn(PROGRAM, words, { stdio: 'ignore', cwd: folder });
    await until(async () => (await this.ask('PING').catch(() => '')) !== '');
  }

  /** What it answers to a command that is written as a line, as it is on the wire. */
  async ask(line: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.write(`${line}\r\n`);
      const [answer] = await once(socket, 'data');
      return String(answer).trim();
    } finally {
      socket.destroy();
    }
  }

  /** Lets it go on being there without answering. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function newFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'auricle-redis-'));
}
