import { SecretBoxError, type SecretBox } from '../secret-box.js';
import { sealedColumns, type SealedColumn } from './sealed-columns.js';
import type { Resealed, SealedRepository, SealedRow } from './sealed.repository.js';

/** So many boxes are one statement: other gateways read their models again after each. */
const BATCH_ROWS = 200;

/** A box that stays as it is, because it cannot be opened. */
export interface Unreadable {
  readonly table: string;
  readonly id: string;
  readonly name: string;
  /** Which key it is of, or was. */
  readonly keyId: string;
  readonly reason: string;
}

/** What a rotation has come to. */
export interface Rotated {
  /** How many boxes have the current key now that had another; of a trial: how many would. */
  readonly rotated: number;
  readonly unreadable: readonly Unreadable[];
}

/** How to rotate. */
export interface RotationOptions {
  readonly repository: Pick<SealedRepository, 'othersThan' | 'replace'>;
  readonly box: SecretBox;
  /** Opens and changes nothing. */
  readonly dryRun: boolean;
  readonly batchRows?: number;
  /** After every batch. */
  readonly onProgress?: (table: string, rotated: number) => void;
}

/**
 * Gives every stored box that another key has sealed the current one. It may end after any statement: what is left is found the
 * next time. What others change meanwhile is never overwritten, but looked at again.
 */
export async function rotate(options: RotationOptions): Promise<Rotated> {
  let rotated = 0;
  const unreadable: Unreadable[] = [];
  for (const column of sealedColumns) {
    const found = await rotateColumn(column, options);
    rotated += found.rotated;
    unreadable.push(...found.unreadable);
  }
  return { rotated, unreadable };
}

async function rotateColumn(column: SealedColumn, options: RotationOptions): Promise<Rotated> {
  const { repository, box, dryRun, batchRows = BATCH_ROWS, onProgress } = options;
  const unreadable = new Map<string, Unreadable>();
  let rotated = 0;
  let changedMeanwhile: boolean;
  do {
    changedMeanwhile = false;
    let afterId: string | null = null;
    for (;;) {
      const rows: SealedRow[] = await repository.othersThan(box.header, column, afterId, batchRows);
      const resealed = rows.flatMap((row): Resealed[] => {
        try {
          return [{ id: row.id, before: row.box, after: reseal(box, row.box) }];
        } catch (error) {
          if (!(error instanceof SecretBoxError)) throw error;
          unreadable.set(row.id, { ...identify(column, row), reason: error.message });
          return [];
        }
      });
      const count = dryRun || resealed.length === 0 ? resealed.length : await repository.replace(column, resealed);
      changedMeanwhile ||= count < resealed.length;
      rotated += count;
      if (rows.length > 0) onProgress?.(column.table, rotated);
      afterId = rows.at(-1)?.id ?? null;
      if (afterId === null || rows.length < batchRows) break;
    }
  } while (changedMeanwhile);
  return { rotated, unreadable: [...unreadable.values()] };
}

/** @throws SecretBoxError */
function reseal(box: SecretBox, sealed: Uint8Array): Uint8Array {
  const secret = box.open(sealed);
  const { ciphertext } = box.seal(secret);
  if (box.open(ciphertext) !== secret) throw new Error('a secret was not sealed as it is');
  return ciphertext;
}

function identify({ table }: SealedColumn, { id, name, box }: SealedRow): Omit<Unreadable, 'reason'> {
  return { table, id, name, keyId: keyIdOf(box) };
}

/** The key id in the header of a box, as it is shown. */
export function keyIdOf(header: Uint8Array): string {
  return Buffer.from(header).subarray(1, 5).toString('hex');
}
