import { texts } from '../domain/setting-values.js';
import { isIpRange } from './ip-ranges.js';

/** IP addresses and CIDR ranges, as a list or as one text with commas. */
export const addressesSchema = texts.refine(
  (addresses) => addresses.every(isIpRange),
  'must be IP addresses or CIDR ranges',
);
