/** When what was written must be on the disk itself: as the system likes, once a second, or before an answer's last byte. */
export const fsyncModes = ['never', 'interval', 'always'] as const;
export type FsyncMode = (typeof fsyncModes)[number];
