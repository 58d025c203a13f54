import { readStoredPrivacy } from '../../domain/privacy.js';

/** Whose logs are meant: those of a key, of a team as it was then, or all. */
export type ScopeOwner = { readonly kind: 'key' | 'team'; readonly id: string } | { readonly kind: 'gateway' };

/** For how long the logs of somebody are kept, and the transcripts of them; null = for as long as others say. */
export interface RetentionScope {
  readonly owner: ScopeOwner;
  readonly logDays: number | null;
  readonly transcriptDays: number | null;
}

/** What is stored of somebody's privacy. */
export interface StoredScope {
  readonly owner: ScopeOwner;
  readonly privacy: unknown;
}

/**
 * What outlives its time, by what is stored now. Each scope is deleted by itself, so that the shortest of those that a log is in
 * decides. What is not understood deletes nothing.
 */
export function retentionScopes(stored: readonly StoredScope[]): {
  readonly scopes: readonly RetentionScope[];
  readonly unknown: readonly ScopeOwner[];
} {
  const scopes: RetentionScope[] = [];
  const unknown: ScopeOwner[] = [];
  for (const { owner, privacy } of stored) {
    const read = readStoredPrivacy(privacy);
    if (read === 'unknown') unknown.push(owner);
    else if (read) {
      const { log_retention_days: logDays, transcript_retention_days: transcriptDays } = read;
      if (logDays !== null || transcriptDays !== null) scopes.push({ owner, logDays, transcriptDays });
    }
  }
  return { scopes, unknown };
}
