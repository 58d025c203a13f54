import { z } from 'zod';

/** A time as every admin answer shows it: ISO 8601 in UTC. */
export const timeSchema = z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' });

/** The times that PostgreSQL, an id that begins with its time (UUIDv7) and four digits of a year have in common. */
export const EARLIEST_TIME = new Date('1970-01-01T00:00:00Z');
export const LATEST_TIME = new Date('9999-12-31T23:59:59.999Z');

/** A time as it is sent to the admin API: ISO 8601, with any offset; in UTC the years 1970 to 9999. */
export const sentTimeSchema = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 time such as 2026-11-20T00:00:00Z', abort: true })
  .refine((text) => new Date(text) >= EARLIEST_TIME && new Date(text) <= LATEST_TIME, {
    error: 'must be a time from 1970-01-01 to 9999-12-31 in UTC',
  });
