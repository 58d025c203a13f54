import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** Where the small recordings are that need no program to be made. */
export const COMMITTED = new URL('../fixtures/media/', import.meta.url);

const manifestSchema = z.record(
  z.string(),
  z.object({
    container: z.string(),
    made: z.string(),
    /** Seconds by what was done to it, `whole` if nothing; null = a decoder makes nothing of it. */
    decoded_seconds: z.record(z.string(), z.number().nullable()),
  }),
);
/** How each recording was made, and what a decoder makes of it and of what may become of it. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Reads it as it was committed. */
export function readManifest(): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(new URL('manifest.json', COMMITTED), 'utf8')));
}

/** The recordings by their names. */
export function readCommitted(): Map<string, Buffer> {
  const files = readdirSync(COMMITTED).filter((name) => !/\.(?:json|md)$/.test(name));
  return new Map(files.map((name) => [name, readFileSync(new URL(name, COMMITTED))]));
}
