/** When what was written must be on the disk itself: as the system likes, once a second, or before an answer's last byte. */
export const fsyncModes = ['never', 'interval', 'always'] as const;
export type FsyncMode = (typeof fsyncModes)[number];

/** What the last byte of an answer waits for: the journal on this node's disk, or PostgreSQL itself. */
export const ledgerModes = ['journal', 'direct'] as const;
