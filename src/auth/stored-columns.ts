import { z } from 'zod';

/** An allow list of models as PostgreSQL has it; null = all. */
export const modelsColumn = z.array(z.string()).nullable();

/** What an administrator has noted of a key or a team, as PostgreSQL has it. */
export const metadataColumn = z.record(z.string(), z.string());
