/** Who sent an authenticated request: a virtual key, or the administrator's master key. */
export type Caller =
  | {
      readonly kind: 'virtual_key';
      readonly keyId: string;
      readonly name: string;
      /** Public model names that the key may use; null = all. */
      readonly models: readonly string[] | null;
    }
  | { readonly kind: 'master_key'; readonly name: 'master key' };

/** Whether the caller may use a public model. */
export function mayUseModel(caller: Caller, model: string): boolean {
  return caller.kind === 'master_key' || caller.models === null || caller.models.includes(model);
}
