import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Door, DoorRequest, Entrance, PlannedRequest } from '../http/door.js';
import { azureDoor } from './azure/azure.door.js';
import { bifrostDoor } from './bifrost/bifrost.door.js';
import { groqDoor } from './groq/groq.door.js';
import { litellmDoor } from './litellm/litellm.door.js';
import type { PortkeyParts } from './portkey/portkey-plan.js';
import { portkeyDoor } from './portkey/portkey.door.js';

/** What decides what the doors do. */
interface DoorSettings extends PortkeyParts {
  /** Whether what comes by our own paths is answered as by LiteLLM, whose paths are the same. */
  readonly litellm_headers: boolean;
}

/** Middleware: leads a request that came by another API's path to the route of ours that serves it. */
export function enterDoors(settings: DoorSettings): RequestHandler {
  /** Every door, in the order in which they are tried: a mark on the request comes before a path alone. */
  const doors: readonly Door[] = [azureDoor, bifrostDoor, groqDoor, portkeyDoor(settings), litellmDoor];
  return (request: Request, _: Response, next: NextFunction) => {
    const { method, headers, url } = request;
    const [path = ''] = url.split('?', 1);
    const query = url.slice(path.length);
    const found = find(doors, { method, path, query, headers });
    request.entrance = {
      path: found?.entrance.path ?? path,
      model: found?.entrance.model,
      door: found?.door ?? (settings.litellm_headers ? litellmDoor : undefined),
      modelOf: (name) => doors.reduce((model, door) => door.model?.(model, headers) ?? model, name),
      plan: (facts) => plan(doors, { ...facts, headers, path }),
      fields: doors.flatMap((door) => door.fields?.(headers) ?? []),
    };
    request.url = request.entrance.path + query;
    next();
  };
}

function find(doors: readonly Door[], request: DoorRequest): { entrance: Entrance; door: Door } | undefined {
  for (const door of doors) {
    const entrance = door.enter(request);
    if (entrance) return { entrance, door };
  }
  return undefined;
}

async function plan(doors: readonly Door[], request: PlannedRequest) {
  for (const door of doors) {
    const made = await door.plan?.(request);
    if (made) return made;
  }
  return undefined;
}
