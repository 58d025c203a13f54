/** A column whose values are boxes of {@link SecretBox}; the rows have an `id` of type uuid. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** SQL that names a row for an administrator. */
  readonly name: string;
}

/** Everything in the database that ENCRYPTION_KEY encrypts: what a rotation goes through. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'provider_credential',
    column: 'ciphertext',
    name: `provider || coalesce(' ' || name, ' (of a deployment alone)')`,
  },
  { table: 'alert', column: 'ciphertext', name: `'alert ' || name` },
];
