import type { EncryptionKeys } from '../../../config/secrets.js';
import { headerOf } from '../secret-box.js';
import { keyIdOf, type Rotated } from './rotation.js';
import type { SealedColumn } from './sealed-columns.js';

/** So many secrets that cannot be read are named in text; all of them in JSON. */
const MAX_NAMED = 100;

const WORDS = {
  current: 'the current key',
  previous: 'a previous key',
  unknown: 'a key that is not set here',
} as const;

interface Count {
  readonly table: string;
  readonly header: Buffer;
  readonly rows: number;
}

/** What is said of the keys of stored secrets: never a secret, never a key. */
export class RotationReport {
  private readonly current: Buffer;
  private readonly previous: readonly Buffer[];
  private readonly counts: Count[] = [];

  constructor(
    { encryptionKey, previousEncryptionKeys = [] }: EncryptionKeys,
    private readonly options: { readonly json: boolean },
  ) {
    this.current = headerOf(encryptionKey);
    this.previous = previousEncryptionKeys.map(headerOf);
  }

  count({ table }: SealedColumn, rows: readonly { header: Buffer; rows: number }[]): void {
    this.counts.push(...rows.map((it) => ({ table, ...it })));
  }

  /** Whether every secret has the current key. */
  get isCurrent(): boolean {
    return this.counts.every(({ header }) => header.equals(this.current));
  }

  hasRows(header: Buffer): boolean {
    return this.counts.some((it) => it.header.equals(header));
  }

  /** @param outcome undefined where secrets were only counted */
  lines(mode: 'rotate' | 'dry-run' | 'check', outcome: Rotated | undefined): string[] {
    const { json } = this.options;
    const { rotated = 0, unreadable = [] } = outcome ?? {};
    const others = this.counts.filter(({ header }) => !header.equals(this.current));
    const left = others.reduce((sum, { rows }) => sum + rows, 0);
    if (json) {
      return [
        ...unreadable.map(({ keyId, ...it }) => ({ kind: 'unreadable', key_id: keyId, ...it })),
        ...this.counts.map(({ table, header, rows }) => ({
          kind: 'key',
          table,
          key_id: keyIdOf(header),
          key: this.kindOf(header),
          rows,
        })),
        { kind: 'verdict', mode, rotated, unreadable: unreadable.length, left },
      ].map((it) => JSON.stringify(it));
    }
    return [
      ...unreadable
        .slice(0, MAX_NAMED)
        .map(
          ({ table, id, name, keyId, reason }) => `${table}  ${id}  ${name}: ${reason} (key ${keyId}); left as it is`,
        ),
      ...(unreadable.length > MAX_NAMED ? [`and ${unreadable.length - MAX_NAMED} more that cannot be read`] : []),
      ...this.counts.map(
        ({ table, header, rows }) => `${table}: ${rows} of ${WORDS[this.kindOf(header)]} (${keyIdOf(header)})`,
      ),
      this.verdict(mode, { rotated, left, unreadable: unreadable.length }),
    ];
  }

  private verdict(
    mode: 'rotate' | 'dry-run' | 'check',
    { rotated, left, unreadable }: { rotated: number; left: number; unreadable: number },
  ): string {
    if (mode === 'dry-run') return `${rotated} secrets would be encrypted anew, ${unreadable} cannot be read`;
    const done = mode === 'rotate' ? `${rotated} secrets encrypted anew; ` : '';
    return `${done}${left === 0 ? 'all have the current key' : `${left} have another key`}`;
  }

  private kindOf(header: Buffer): keyof typeof WORDS {
    if (header.equals(this.current)) return 'current';
    return this.previous.some((it) => it.equals(header)) ? 'previous' : 'unknown';
  }
}
