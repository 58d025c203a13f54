import type { ChatRequest } from '../domain/chat.js';
import { badRequest } from '../domain/errors.js';
import type { Json } from '../domain/request-metadata.js';
import { isOurs } from './chat-request.js';

/** What has been read, measured or promised to the client, whoever is asked. */
const NOT_OVERRIDDEN: ReadonlySet<string> = new Set(['messages', 'stream_options']);

/**
 * The request as it is for one target: with members of its body that are otherwise, or left out where they are null. The model
 * and what is the gateway's own have been read already.
 * @throws GatewayError 400 for what cannot be otherwise
 */
export function withOverrides(request: ChatRequest, overrides: Readonly<Record<string, Json>>): ChatRequest {
  const changes = Object.entries(overrides).filter(([name]) => name !== 'model' && !isOurs(name));
  const refused = changes.find(([name]) => NOT_OVERRIDDEN.has(name))?.[0];
  if (refused !== undefined) {
    const param = `override_params.${refused}`;
    throw badRequest(`Invalid '${param}': it cannot be overridden in a chat`, param, 'invalid_value');
  }
  if (changes.length === 0) return request;
  const { body } = request;
  const told = new Map(changes);
  const set = changes.flatMap(([name, value]) => (value === null ? [] : [[name, JSON.stringify(value)] as const]));
  const without = changes.flatMap(([name, value]) => (value === null ? [name] : []));
  return {
    ...request,
    ...(told.has('modalities') && { speaks: includesAudio(told.get('modalities')) }),
    ...(BOUNDS.some((name) => told.has(name)) && { maxOutputTokens: undefined, ...boundOf(told) }),
    body: { ...body, set: new Map([...body.set, ...set]), ours: new Set([...body.ours, ...without]) },
  };
}

/** The members that bound the answers. */
const BOUNDS = ['max_completion_tokens', 'max_tokens', 'n'] as const;

/** Of all answers together, where the target's own members tell it; otherwise as if the client did not bound them. */
function boundOf(told: ReadonlyMap<string, Json>): Pick<ChatRequest, 'maxOutputTokens'> {
  const ofEach = told.get('max_completion_tokens') ?? told.get('max_tokens');
  const answers = told.get('n') ?? 1;
  if (!isCount(ofEach) || !isCount(answers)) return {};
  return { maxOutputTokens: ofEach * answers };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function includesAudio(modalities: Json | undefined): boolean {
  return Array.isArray(modalities) && modalities.includes('audio');
}
