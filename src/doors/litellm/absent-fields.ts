import { z } from 'zod';

/**
 * A field of LiteLLM's that is refused as soon as it says something: it would have no effect, and who sends it relies on one.
 * What LiteLLM's own clients send for "nothing" is taken: null, an empty text, list or object, and `false`.
 * @param explanation why, as the end of a sentence that begins with the field
 */
export function absentField(explanation: string) {
  return z
    .unknown()
    .refine(saysNothing, `${explanation}; leave it out, or send null`)
    .optional()
    .meta({ description: `Not there: ${explanation}`, example: null });
}

function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** What belongs to budgets, which are more than one number here. */
export const budgeted = absentField('budgets are set with `budgets` of the admin API here, for keys and for teams');

/** What belongs to users and organizations, and to limits that are not there. */
export const ungoverned = absentField(
  'there are no users or organizations here, and no limits but of keys, teams and the gateway',
);

/** LiteLLM's limits count tokens. */
export const tokenLimited = absentField(
  'tokens are not what speech is measured in: limit seconds of audio with `limits` of the admin API',
);

/** What belongs to a part of LiteLLM's that this gateway does not have. */
export const foreign = absentField('it has no meaning in this gateway');
