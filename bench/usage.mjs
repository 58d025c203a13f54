// What processes use, by Linux's /proc.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';

/** Of the kernel's clock, in which /proc counts CPU time. */
const TICKS_PER_SECOND = 100;

/** CPU time that a process has used, with that of its children where they are asked for, ended ones included; in ms. */
export function cpuMsOf(pid, { withChildren = false } = {}) {
  const processes = withChildren ? readAll() : new Map([[pid, readStat(pid)]]);
  const sum = (it) => {
    const own = processes.get(it);
    if (!own) return 0;
    if (!withChildren) return own.ticks;
    const children = [...processes].filter(([, { parent }]) => parent === it).map(([child]) => sum(child));
    return children.reduce((total, ticks) => total + ticks, own.ticks + own.endedTicks);
  };
  return (sum(pid) / TICKS_PER_SECOND) * 1000;
}

/** A process and those that it has started and that run. */
export function familyOf(pid) {
  const children = [...readAll()].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap(familyOf)];
}

/** Begins the measuring of the most memory that a process has resident. */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory that a process has had resident since, in MiB. */
export function peakMibOf(pid) {
  return statusMib(pid, 'VmHWM');
}

/** The memory that a process has resident, in MiB. */
export function residentMibOf(pid) {
  return statusMib(pid, 'VmRSS');
}

/** What a process has open, TCP sockets with their ports. */
export function descriptorsOf(pid) {
  const ports = portsByInode(pid);
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`);
      return [{ target, ...ports.get(/^socket:\[(\d+)\]$/.exec(target)?.[1]) }];
    } catch {
      // Closed in the meantime.
      return [];
    }
  });
}

/** https://docs.kernel.org/networking/proc_net_tcp.html: numbers are hexadecimal, the inode is the tenth column. */
function portsByInode(pid) {
  const found = new Map();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of readTable(pid, table)) {
      const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
      if (inode !== undefined) found.set(inode, { localPort: portOf(local), remotePort: portOf(remote) });
    }
  }
  return found;
}

function readTable(pid, table) {
  try {
    return readFileSync(`/proc/${pid}/net/${table}`, 'latin1').split('\n').slice(1);
  } catch {
    // A machine without IPv6.
    return [];
  }
}

function portOf(address) {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}

function statusMib(pid, name) {
  const [, kilobytes] = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function readAll() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), readStat(Number(pid))]).filter(([, stat]) => stat));
}

function readStat(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name is in parentheses, and may have any in it.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1], ticks: fields[11] + fields[12], endedTicks: fields[13] + fields[14] };
}
