import type { ProviderError } from '../../../domain/errors.js';

/** So many deployments are named that use a credential. */
export const MAX_NAMED_DEPLOYMENTS = 100;

/** Where a credential was used: a deployment as it was then. */
export interface UsePlace {
  readonly deploymentId: string;
  /** The public model. */
  readonly model: string;
}

/** That a provider did not accept a credential. */
export interface Rejection extends UsePlace {
  readonly at: Date;
  /** What it answered; null where it said so in another way. */
  readonly status: number | null;
}

/** When a credential was used last, and how that ended. */
export interface CredentialUse {
  readonly usedAt: Date;
  readonly usedBy: UsePlace;
  readonly succeededAt: Date | null;
  readonly rejected: Rejection | null;
}

/** What one call says of its credential. */
export function useOf(usedBy: UsePlace, at: Date, failure: ProviderError | undefined): CredentialUse {
  const isRejected = failure?.reason === 'credential_rejected';
  return {
    usedAt: at,
    usedBy,
    succeededAt: failure ? null : at,
    rejected: isRejected ? { ...usedBy, at, status: failure.upstreamStatus ?? null } : null,
  };
}

/** What two together say: of everything the later one. */
export function laterUse(left: CredentialUse, right: CredentialUse): CredentialUse {
  const [before, after] = left.usedAt <= right.usedAt ? [left, right] : [right, left];
  return {
    ...after,
    succeededAt: after.succeededAt ?? before.succeededAt,
    rejected: after.rejected ?? before.rejected,
  };
}
