import { hostileBoxes } from './hostile-boxes.js';
import { hostileChunks } from './hostile-chunks.js';
import { hostileElements } from './hostile-elements.js';
import type { HostileFile } from './hostile-file.js';
import { hostileFrames } from './hostile-frames.js';
import { hostileOgg } from './hostile-ogg.js';

/** Every hostile file, by what it is taken for. */
export const allHostile: readonly HostileFile[] = [
  ...hostileBoxes,
  ...hostileElements,
  ...hostileFrames,
  ...hostileOgg,
  ...hostileChunks,
];
