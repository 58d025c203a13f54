import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Ask } from '../database/read-only-pool.js';
import { tasks } from '../domain/task.js';
import { firstIdAt } from '../http/request-id.js';

/** Which requests are looked at. */
export interface TrafficQuestion {
  readonly deploymentId: string;
  readonly from: Date;
  readonly to: Date;
  /** So many rows are read at most, the newest. */
  readonly maxRows: number;
  /** So many groups are told at most, the largest. */
  readonly maxUses: number;
}

const useRow = z.object({
  key_id: z.string().nullable(),
  key_name: z.string(),
  team_id: z.string().nullable(),
  team_name: z.string().nullable(),
  model: z.string().nullable(),
  task: z.enum(tasks),
  response_format: z.string().nullable(),
  stream: z.boolean(),
  // Somebody may have edited it.
  features: z.array(z.string()).nullable().catch(null),
  requests: z.number(),
  audio_seconds: z.number(),
  max_audio_seconds: z.number().nullable(),
  max_audio_bytes: z.number().nullable(),
  last_request_at: z.date(),
});
/** Requests of one key that are alike. */
export type UseRow = z.infer<typeof useRow>;

/** What was read in all stands beside each of the groups. */
const foundRow = useRow.extend({ all_requests: z.number(), all_audio_seconds: z.number(), oldest: z.date() });

/** The requests that a deployment has served. */
export interface Traffic {
  readonly requests: number;
  readonly audioSeconds: number;
  /** When the oldest of them came, where there were more than were looked at. */
  readonly cutAt?: Date;
  /** Up to one more than was asked for. */
  readonly uses: readonly UseRow[];
}

const keyRow = z.object({
  id: z.string(),
  models: z.array(z.string()).nullable().catch(null),
  team_models: z.array(z.string()).nullable().catch(null),
});

/** What the ledger tells of requests to deployments. Every question is asked on a connection of the caller's. */
@Injectable()
export class RetirementsRepository {
  /** The newest requests of a deployment, by an index that has its rows in the order of time. */
  async trafficOf(ask: Ask, { deploymentId, from, to, maxRows, maxUses }: TrafficQuestion): Promise<Traffic> {
    const found = z.array(foundRow).parse(
      await ask(
        `SELECT key_id::text AS key_id, max(key_name) AS key_name, team_id::text AS team_id, max(team_name) AS team_name,
           model, task, response_format, stream, features, count(*)::float8 AS requests, sum(seconds)::float8 AS audio_seconds,
           max(audio_seconds)::float8 AS max_audio_seconds, max(audio_bytes)::float8 AS max_audio_bytes,
           max(created_at) AS last_request_at, (sum(count(*)) OVER ())::float8 AS all_requests,
           (sum(sum(seconds)) OVER ())::float8 AS all_audio_seconds, min(min(created_at)) OVER () AS oldest
         FROM (
           SELECT created_at, key_id, key_name, team_id, team_name, model, task, response_format, stream,
             plan -> 'features' AS features, coalesce(audio_seconds, 0) AS seconds, audio_seconds, audio_bytes
           FROM request_log
           WHERE deployment_id = $1 AND id >= $2::uuid AND id < $3::uuid AND cache IS DISTINCT FROM 'hit'
           ORDER BY id DESC LIMIT $4
         ) AS newest
         GROUP BY key_id, CASE WHEN key_id IS NULL THEN key_name END, team_id, model, task, response_format, stream, features
         ORDER BY count(*) DESC, max(created_at) DESC LIMIT $5`,
        [deploymentId, firstIdAt(from), firstIdAt(to), maxRows, maxUses + 1],
      ),
    );
    const [first] = found;
    if (!first) return { requests: 0, audioSeconds: 0, uses: [] };
    const { all_requests: requests, all_audio_seconds: audioSeconds, oldest } = first;
    const isCut = requests >= maxRows;
    return { requests, audioSeconds, ...(isCut && { cutAt: oldest }), uses: found };
  }

  /** The lists of models that keys may use, their own and their teams'; keys that are gone have none. */
  async modelListsOf(
    ask: Ask,
    keyIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly (readonly string[])[]>> {
    const rows = await ask(
      `SELECT key.id::text AS id, key.models, team.models AS team_models
       FROM virtual_key AS key LEFT JOIN team ON team.id = key.team_id WHERE key.id = ANY($1::uuid[])`,
      [keyIds],
    );
    return new Map(
      z
        .array(keyRow)
        .parse(rows)
        .map(({ id, models, team_models }) => [id, [models, team_models].flatMap((list) => (list ? [list] : []))]),
    );
  }
}
