import { partOf } from '../byte-run.js';
import { countLatm } from '../codecs/latm.js';
import type { Walk } from '../walk.js';
import { endOfTags } from './tags.js';

/** AAC in LOAS: nothing but its frames, from wherever the first whole one is. */
export const walkLatm: Walk = (bytes, steps) => countLatm(partOf(bytes, endOfTags(bytes), bytes.sizeBytes), steps);
