import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncodedLog } from '../entry/ledger-record.js';
import { bootOfSegment } from '../journal/segment-name.js';
import { SegmentReader } from '../journal/segment-reader.js';

/**
 * The logs of finished requests in a journal's folder, also while a gateway writes to it and drops what it has written. What is
 * damaged, or still open, is the gateway's to settle when it starts, and is left out; so is what was set aside.
 * @throws the system's error
 */
export async function* readJournalFiles(folder: string): AsyncGenerator<EncodedLog> {
  const names = await readdir(folder).catch(unlessMissing<string[]>([]));
  for (const name of names.filter((it) => bootOfSegment(it) !== undefined).toSorted()) {
    const path = join(folder, name);
    const { size } = await stat(path).catch(unlessMissing({ size: 0 }));
    await using reader = new SegmentReader(path);
    for (;;) {
      const line = await reader.next(size, false).catch(unlessMissing(undefined));
      if (!line) break;
      if ('record' in line && line.record.kind === 'c') yield { id: line.record.id, json: line.record.json };
    }
  }
}

function unlessMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
}
