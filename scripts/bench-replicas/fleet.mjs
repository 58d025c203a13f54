// All simulated gateways of one run, in one process or several.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuMsOf } from '../../bench/usage.mjs';

const PROGRAM = fileURLToPath(new URL('gateways.mjs', import.meta.url));

/** Tells processes of gateways what to do. */
export class Fleet {
  #processes;

  constructor(children) {
    this.#processes = children.map((child) => new GatewayProcess(child));
  }

  static async fork(count) {
    const children = Array.from({ length: count }, () => fork(PROGRAM, { serialization: 'advanced' }));
    await Promise.all(children.map((child) => once(child, 'message')));
    return new Fleet(children);
  }

  /** Starts so many gateways, shared out evenly. */
  async start(gateways, options) {
    const { length } = this.#processes;
    const starting = this.#processes.map(async (it, index) => {
      const first = Math.floor((gateways * index) / length);
      await it.do('start', { ...options, first, count: Math.floor((gateways * (index + 1)) / length) - first });
    });
    await Promise.all(starting);
  }

  /** @returns the answer of each process */
  async all(name, options) {
    return await Promise.all(this.#processes.map((it) => it.do(name, options)));
  }

  async first(name, options) {
    return await this.#processes[0].do(name, options);
  }

  /** Requests of all gateways, each process with chances of its own. */
  async load({ seed, ...options }) {
    const done = await Promise.all(
      this.#processes.map((it, index) => it.do('load', { ...options, seed: seed + index })),
    );
    const sum = (field) => done.reduce((total, { [field]: count }) => total + count, 0);
    return {
      letIn: sum('letIn'),
      refused: sum('refused'),
      inTime: sum('inTime'),
      ids: done.flatMap(({ ids }) => ids),
      waitedMs: Float64Array.from(done.flatMap(({ waitedMs }) => [...waitedMs])),
      failures: done.flatMap(({ failures }) => [...failures].map(([reason, count]) => `${count} x ${reason}`)),
    };
  }

  /** What all of them have used of processors. */
  get cpuMs() {
    return this.#processes.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
  }

  async stop() {
    await Promise.all(this.#processes.map((it) => it.stop()));
  }
}

class GatewayProcess {
  #child;
  #orders = 0;
  #waiting = new Map();

  constructor(child) {
    this.#child = child;
    this.pid = child.pid;
    child.on('message', ({ number, answer, error }) => {
      const { resolve, reject } = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (error === undefined) resolve(answer);
      else reject(new Error(`a process of gateways has failed: ${error}`));
    });
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('a process of gateways has ended'));
    });
  }

  async do(name, options) {
    this.#orders += 1;
    const number = this.#orders;
    const answer = new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    this.#child.send({ number, name, options });
    return await answer;
  }

  async stop() {
    await this.do('stop');
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
