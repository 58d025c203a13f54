/**
 * What a provider charges. Amounts are decimal strings of US dollars, so that no digit is lost on the way to
 * nano-dollars.
 */
export type Price =
  | {
      readonly type: 'duration';
      readonly usd: string;
      readonly per: 'second' | 'minute' | 'hour';
      /** Shorter audio is billed as this long. */
      readonly minimumSeconds?: number;
    }
  | {
      readonly type: 'tokens';
      /** Per million tokens. */
      readonly audioInputUsd: string;
      readonly textInputUsd: string;
      readonly outputUsd: string;
      /** The provider's own estimate per minute, used when an answer carries no token counts. */
      readonly estimateUsdPerMinute?: string;
    }
  | {
      readonly type: 'characters';
      /** Per million characters of the transcript, as code points. */
      readonly usd: string;
    };
