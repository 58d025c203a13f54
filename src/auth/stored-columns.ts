import { z } from 'zod';
import { isIpRange } from '../config/ip-ranges.js';

/** An allow list of models as PostgreSQL has it; null = all. */
export const modelsColumn = z.array(z.string()).nullable();

/** The endpoints that may be used, as PostgreSQL has them; null = all. One that this version does not know opens nothing. */
export const endpointsColumn = z.array(z.string()).nullable();

/** From where calls may come, as PostgreSQL has it; null = anywhere. */
export const addressesColumn = z.array(z.string().refine(isIpRange)).nullable();

/** What an administrator has noted of a key or a team, as PostgreSQL has it. */
export const metadataColumn = z.record(z.string(), z.string());
