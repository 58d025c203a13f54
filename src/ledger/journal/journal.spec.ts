import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../config/settings.js';
import { newRequestId } from '../../http/request-id.js';
import type { EncodedLog } from '../entry/ledger-record.js';
import { JournalFollower } from './journal-follower.js';
import { Journal, type JournalOptions } from './journal.js';
import { systemCalls, type SegmentCalls } from './segment-file.js';
import type { Damage } from './segment-reader.js';

const MIB = 2 ** 20;
const LIMITS = { logs: 200, size: 4 * MIB };

let folder: string;
let damages: Damage[];
let unreadable: string[];
/** Segments that are open, also those of journals that have been left as by a crash: the system would close those. */
const descriptors = new Set<number>();
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'auricle-journal-')), 'journal');
  damages = [];
  unreadable = [];
});
afterEach(() => {
  for (const descriptor of descriptors) closeSync(descriptor);
  descriptors.clear();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function openJournal({ calls = systemCalls, ...options }: Partial<JournalOptions> = {}): Journal {
  const remembered: SegmentCalls = {
    ...calls,
    open: (...args) => {
      const descriptor = calls.open(...args);
      descriptors.add(descriptor);
      return descriptor;
    },
    close: (descriptor) => {
      calls.close(descriptor);
      descriptors.delete(descriptor);
    },
  };
  return new Journal({
    folder,
    fsync: 'never',
    maxBytes: 100 * MIB,
    reserveBytes: 1024,
    calls: remembered,
    ...options,
  });
}

function log(text = 'x'): EncodedLog {
  const id = newRequestId();
  return { id, json: JSON.stringify({ id, text }) };
}

function follow(journal: Journal): JournalFollower {
  return new JournalFollower(journal, {
    onDamage: (damage) => damages.push(damage),
    onUnreadable: (path) => unreadable.push(path),
  });
}

/** Reads and settles until there is nothing left. */
async function drain(follower: JournalFollower, limits = LIMITS): Promise<EncodedLog[]> {
  const logs: EncodedLog[] = [];
  for (let batch = await follower.next(limits); batch; batch = await follower.next(limits)) {
    logs.push(...batch.logs.map(({ id, json }) => ({ id, json })));
    batch.settle();
  }
  return logs;
}

/** What a process after a crash of this one finds; nothing of the old one is closed. */
async function afterCrash(): Promise<{ logs: EncodedLog[]; journal: Journal }> {
  const journal = openJournal();
  const follower = follow(journal);
  const logs = await drain(follower);
  await follower.close();
  return { logs, journal };
}

const segments = () => readdirSync(folder).filter((name) => /^[0-9a-f-]{36}-\d+\.log$/.test(name));

describe('the journal', () => {
  it('hands out what was written, in order, once, while it goes on being written', async () => {
    const journal = openJournal();
    const follower = follow(journal);
    expect(await follower.next(LIMITS)).toBeUndefined();
    const first = [log(), log('ä\u2028\u{1f600}')];
    for (const it of first) await journal.close(it);
    expect(await drain(follower)).toEqual(first);
    const second = log();
    await journal.close(second);
    expect(await drain(follower)).toEqual([second]);
    expect(damages).toEqual([]);
    await follower.close();
    await journal.shut();
  });

  it('makes batches of so many logs and so much JSON, and a large log is one of its own', async () => {
    const journal = openJournal();
    const follower = follow(journal);
    for (const it of [log(), log(), log('y'.repeat(3000)), log(), log(), log()]) await journal.close(it);
    const sizes: number[] = [];
    for (let batch = await follower.next({ logs: 2, size: 1000 }); batch;) {
      sizes.push(batch.logs.length);
      batch.settle();
      batch = await follower.next({ logs: 2, size: 1000 });
    }
    expect(sizes).toEqual([2, 1, 2, 1]);
    await follower.close();
  });

  it('finds after a crash what was written, and makes a log of every request that was not closed', async () => {
    const crashed = openJournal();
    const [closed, lost, refused] = [log(), log('lost'), log()];
    await crashed.open(closed);
    await crashed.open(lost);
    const answered = { id: closed.id, json: JSON.stringify({ id: closed.id, text: 'answered' }) };
    await crashed.close(answered);
    await crashed.close(refused);
    const { logs, journal } = await afterCrash();
    expect(logs).toEqual([answered, refused, lost]);
    // All of it has been settled.
    expect(segments()).toHaveLength(1);
    expect(journal.bytes).toBe(0);
  });

  it('does not take a request for lost whose end is in a later segment', async () => {
    const crashed = openJournal({ segmentBytes: 200 });
    const request = log();
    await crashed.open(request);
    for (let count = 0; count < 10; count += 1) await crashed.close(log());
    await crashed.close(request);
    expect(segments().length).toBeGreaterThan(3);
    const { logs } = await afterCrash();
    expect(logs.filter(({ id }) => id === request.id)).toHaveLength(1);
    expect(logs).toHaveLength(11);
  });

  it('keeps all segments of a dead process until all of them are settled', async () => {
    const crashed = openJournal({ segmentBytes: 200 });
    for (let count = 0; count < 6; count += 1) await crashed.close(log());
    const journal = openJournal();
    const follower = follow(journal);
    const before = segments().length;
    const batch = await follower.next({ logs: 3, size: MIB });
    batch?.settle();
    expect(segments()).toHaveLength(before);
    await drain(follower);
    expect(segments()).toHaveLength(1);
    await follower.close();
  });

  it('removes a segment when all in it is settled and every request in it has ended, and counts what is there', async () => {
    const journal = openJournal({ segmentBytes: 300 });
    const follower = follow(journal);
    const slow = log();
    await journal.open(slow);
    for (let count = 0; count < 8; count += 1) await journal.close(log());
    const full = journal.bytes;
    expect(full).toBeGreaterThan(600);
    expect(await drain(follower)).toHaveLength(8);
    // The first one, for the request that goes on, and the current one.
    expect(segments()).toHaveLength(2);
    await journal.close(slow);
    expect(await drain(follower)).toHaveLength(1);
    expect(segments()).toHaveLength(1);
    expect(journal.bytes).toBeLessThan(full);
    await follower.close();
  });

  it('leaves nothing behind when it is shut after everything was settled', async () => {
    const journal = openJournal({ segmentBytes: 300 });
    const follower = follow(journal);
    for (let count = 0; count < 8; count += 1) await journal.close(log());
    await drain(follower);
    await journal.shut();
    await drain(follower);
    await follower.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is full at its bound, and no longer when it has been read', async () => {
    const journal = openJournal({ maxBytes: 500, segmentBytes: 200 });
    const follower = follow(journal);
    while (!journal.isFull) await journal.close(log());
    expect(journal.bytes).toBeGreaterThanOrEqual(500);
    await drain(follower);
    expect(journal.isFull).toBe(false);
    await follower.close();
  });

  it.each(['interval', 'always'] as const)('writes as well with fsync %s', async (fsync) => {
    const journal = openJournal({ fsync, segmentBytes: 300 });
    const logs = Array.from({ length: 20 }, () => log());
    await Promise.all(logs.map((it) => journal.close(it)));
    const follower = follow(journal);
    expect(await drain(follower)).toEqual(logs);
    await journal.shut();
    await drain(follower);
    await follower.close();
    expect(segments()).toEqual([]);
  });

  it('cannot be kept in a folder that is none, and says so', () => {
    expect(() => new Journal({ folder: '/dev/null/journal', fsync: 'never', maxBytes: 1 })).toThrow(ConfigError);
    expect(() => new Journal({ folder: '/dev/null/journal', fsync: 'never', maxBytes: 1 })).toThrow(
      /journal cannot be kept in \/dev\/null\/journal: .*ENOTDIR/,
    );
  });
});

describe('damage', () => {
  /** Writes so many logs and dies; returns them and the only segment. */
  async function crash(count: number): Promise<{ logs: EncodedLog[]; path: string }> {
    const journal = openJournal();
    const logs = Array.from({ length: count }, (_, index) => log(`${index}`));
    for (const it of logs) await journal.close(it);
    return { logs, path: join(folder, segments()[0] ?? '') };
  }

  it('costs the record that was cut off, at whatever byte, and nothing else', async () => {
    const { logs, path } = await crash(3);
    const whole = readFileSync(path);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1);
    for (let length = 0; length < whole.length; length += 1) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      damages = [];
      const { logs: found, journal } = await afterCrash();
      const complete = ends.filter((end) => end <= length).length;
      expect(found).toEqual(logs.slice(0, complete));
      expect(damages).toHaveLength(length === 0 || ends.includes(length) ? 0 : 1);
      await journal.shut();
    }
  });

  it('costs a record with a flipped bit, or two where the line feed is hit, and no other', async () => {
    const { logs, path } = await crash(4);
    const whole = readFileSync(path);
    for (let bit = 0; bit < whole.length * 8; bit += 7) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(path, flipped);
      damages = [];
      const { logs: found, journal } = await afterCrash();
      expect(logs).toEqual(expect.arrayContaining(found));
      expect(found.length).toBeGreaterThanOrEqual(whole[bit >> 3] === 0x0a ? 2 : 3);
      expect(found.length).toBeLessThan(4);
      expect(damages.length).toBeGreaterThan(0);
      await journal.shut();
    }
  });

  it('of a tail of zeros is one stretch', async () => {
    const { logs, path } = await crash(2);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(5000)]));
    const { logs: found } = await afterCrash();
    expect(found).toEqual(logs);
    expect(damages).toMatchObject([{ path, bytes: Buffer.alloc(5000) }]);
  });

  it('is set aside in a file, with where it was', async () => {
    const { path } = await crash(1);
    truncateSync(path, 30);
    const { journal } = await afterCrash();
    for (const damage of damages) journal.setAside(damage);
    expect(readFileSync(join(folder, 'damaged.log'), 'utf8')).toBe(
      `# ${path} from byte 0, 30 bytes\n${damages[0]?.bytes.toString() ?? ''}\n`,
    );
  });
});

describe('a disk that does not take it', () => {
  const diskFull = Object.assign(new Error('no space'), { code: 'ENOSPC' });

  it('gets nothing half: what was acknowledged is there, what was refused is not, and it goes on when there is room', async () => {
    let room = 1000;
    const journal = openJournal({
      reserveBytes: 0,
      calls: {
        ...systemCalls,
        // As a file system does it: a short write at the edge, then an error.
        write: (descriptor, buffer, offset, length, position) => {
          if (room === 0) throw diskFull;
          const taken = Math.min(length, room, 50);
          room -= taken;
          return writeSync(descriptor, buffer, offset, taken, position);
        },
      },
    });
    const kept: EncodedLog[] = [];
    const refused: EncodedLog[] = [];
    for (let count = 0; count < 20; count += 1) {
      const it = log();
      await journal.open(it).then(
        () => kept.push(it),
        () => refused.push(it),
      );
    }
    expect(refused.length).toBeGreaterThan(5);
    room = 10_000;
    const after = log();
    await journal.close(after);
    const { logs } = await afterCrash();
    expect(logs).toEqual([after, ...kept]);
    expect(damages).toEqual([]);
  });

  it('has room left for the requests that were let in, and lets in no others', async () => {
    const journal = openJournal({
      calls: {
        ...systemCalls,
        // It is as full as can be, but for what is held in reserve.
        write: (...args) => {
          if (existsSync(join(folder, 'reserve'))) throw diskFull;
          return systemCalls.write(...args);
        },
      },
    });
    await expect(journal.open(log())).rejects.toThrow('no space');
    const ended = log();
    await journal.close(ended);
    expect(journal.isFull).toBe(true);
    const { logs } = await afterCrash();
    expect(logs).toEqual([ended]);
  });

  it('does not keep the journal from being shut, whose reserve it had no room for', async () => {
    const journal = openJournal();
    await journal.close(log());
    rmSync(join(folder, 'reserve'));
    await journal.shut();
    expect((await afterCrash()).logs).toHaveLength(1);
  });

  it('may keep a segment that is done with: it counts, and is removed when that can be', async () => {
    const journal = openJournal({ segmentBytes: 1 });
    const follower = follow(journal);
    for (let count = 0; count < 3; count += 1) await journal.close(log());
    const batch = await follower.next(LIMITS);
    const [first = ''] = segments();
    rmSync(join(folder, first));
    // A folder cannot be removed as a file is.
    mkdirSync(join(folder, first));
    batch?.settle();
    const { bytes } = journal;
    expect(bytes).toBeGreaterThan(journal.segments.reduce((sum, it) => sum + it.bytes, 0));
    expect(() => journal.tidy()).toThrow(first);
    rmSync(join(folder, first), { recursive: true });
    journal.tidy();
    expect(journal.bytes).toBeLessThan(bytes);
    await journal.shut();
    await follower.close();
  });

  it('is told as what it is where nothing is held in reserve any more, and keeps nobody from stopping', async () => {
    const journal = openJournal({
      calls: {
        ...systemCalls,
        write: () => {
          throw diskFull;
        },
      },
    });
    for (let count = 0; count < 2; count += 1) await expect(journal.close(log())).rejects.toThrow('no space');
    await journal.shut();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is left alone with a new segment when it does not even let the half of a record be cut off', async () => {
    let isBroken = false;
    const broken = Object.assign(new Error('input/output error'), { code: 'EIO' });
    const journal = openJournal({
      calls: {
        ...systemCalls,
        write: (descriptor, buffer, offset, length, position) => {
          if (!isBroken) return systemCalls.write(descriptor, buffer, offset, length, position);
          systemCalls.write(descriptor, buffer, offset, 20, position);
          throw broken;
        },
        truncate: (...args) => {
          if (isBroken) throw broken;
          ftruncateSync(...args);
        },
      },
    });
    const [before, during, after] = [log('before'), log('during'), log('after')];
    await journal.close(before);
    isBroken = true;
    await expect(journal.close(during)).rejects.toThrow('input/output error');
    isBroken = false;
    await journal.close(after);
    expect(segments().length).toBeGreaterThan(1);
    const follower = follow(journal);
    expect(await drain(follower)).toEqual([before, after]);
    await follower.close();
    damages = [];
    const { logs } = await afterCrash();
    expect(logs).toEqual([after]);
  });
});
