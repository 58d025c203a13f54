import { z } from 'zod';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A path parameter that is an id. */
export const idSchema = z
  .string()
  .regex(UUID, 'the id in the URL is not an id (expected a UUID)')
  .meta({ description: 'UUID', example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' });

/** A path parameter that is the id of a thing, or its unique name. What is both is taken as an id. */
export const idOrNameSchema = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Id or name', example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' });

/** How a thing with a unique name is found. */
export interface Lookup<Found> {
  find(id: string): Promise<Found | undefined>;
  findByName(name: string): Promise<Found | undefined>;
}

/** What has this id; else what has this name. */
export async function findByIdOrName<Found>(things: Lookup<Found>, idOrName: string): Promise<Found | undefined> {
  return (UUID.test(idOrName) ? await things.find(idOrName) : undefined) ?? (await things.findByName(idOrName));
}

/** Answer of every DELETE. */
export const deletedSchema = z
  .object({ id: z.string(), object: z.string(), deleted: z.literal(true) })
  .meta({ id: 'Deleted' });
