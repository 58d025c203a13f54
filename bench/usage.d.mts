/** One thing that a process has open. */
export interface Descriptor {
  /** As /proc shows it: a path, `pipe:[1]`, `socket:[2]`. */
  readonly target: string;
  /** Of a TCP socket. */
  readonly localPort?: number;
  /** Of a TCP socket; 0 = it listens. */
  readonly remotePort?: number;
}

/** CPU time that a process has used, with that of its children where they are asked for, ended ones included; in ms. */
export function cpuMsOf(pid: number, options?: { readonly withChildren?: boolean }): number;

/** A process and those that it has started and that run. */
export function familyOf(pid: number): number[];

/** Begins the measuring of the most memory that a process has resident. */
export function resetPeak(pid: number): void;

/** The most memory that a process has had resident since, in MiB. */
export function peakMibOf(pid: number): number;

/** The memory that a process has resident, in MiB. */
export function residentMibOf(pid: number): number;

/** What a process has open. */
export function descriptorsOf(pid: number): Descriptor[];
