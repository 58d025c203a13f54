import type { Request } from 'express';
import { badRequest } from '../domain/errors.js';
import type { Json } from '../domain/request-metadata.js';
import { mapTargets, targetsOf, type TargetSettings, type TargetTree } from '../domain/target-tree.js';
import type { ClientPlan } from '../http/door.js';
import { CACHE_NOT_APPLIED, type ClientWishes, readClientWishes } from '../serving/client-wishes.js';
import { checkName } from '../serving/form-values.js';
import { refuseFallbacks } from '../serving/target-wishes.js';
import type { WrittenChat } from './chat-request.js';

/** One target that the client has laid out, and what it is asked for. */
export interface ChatTarget extends TargetSettings {
  readonly model: string;
  /** Members of the body that are otherwise for this target; null = it is without. */
  readonly overrides: Readonly<Record<string, Json>>;
}

/** Whom a client asks, and how it wants to be served. */
export interface AskedChat {
  /** The public model; the first target's, where there are some. */
  readonly model: string;
  readonly wishes: ClientWishes;
  /** What was sent in vain. */
  readonly warnings: readonly string[];
  /** Absent = whoever serves the model. */
  readonly targets?: TargetTree<ChatTarget>;
}

/** What was said in headers, and in the body, which wins; the model is the one that is meant. */
export function fieldsOf(
  { fields, model }: WrittenChat,
  { entrance }: Pick<Request, 'entrance'>,
): WrittenChat['fields'] {
  const inHeaders = (entrance?.fields ?? []).map(([name, value]) => [name, [value]] as const);
  const asked = entrance?.model ?? (model === '' ? undefined : model);
  return new Map<string, readonly string[]>([
    ...inHeaders,
    ...fields,
    ...(asked === undefined ? [] : [['model', [asked]] as const]),
  ]);
}

/**
 * Reads whom the request is for: whoever serves its model, or every target that the client has laid out.
 * @throws GatewayError 400 that names the field
 */
export function readAskedChat(
  fields: WrittenChat['fields'],
  { entrance }: Pick<Request, 'entrance'>,
  { tree, cache, warnings: ofPlan = [] }: Partial<ClientPlan>,
): AskedChat {
  if (!tree) {
    const named = nameOf(fields);
    const model = checkName('model', entrance?.modelOf(named) ?? named);
    const isCached = fields.has('cache') || cache?.use;
    return {
      model,
      wishes: readClientWishes(fields),
      warnings: [...ofPlan, ...(isCached ? [CACHE_NOT_APPLIED] : [])],
    };
  }
  const read = mapTargets(tree, ({ fields: ofTarget, overrides, ...settings }) => ({
    target: { ...settings, model: checkName('model', nameOf(ofTarget)), overrides },
    wishes: readClientWishes(ofTarget),
    isCached: ofTarget.has('cache'),
  }));
  const all = targetsOf(read);
  const [first] = all;
  if (!first) throw new Error('A plan has no targets');
  if (tree.kind !== 'target') refuseFallbacks(first.wishes);
  const isCached = all.some((it) => it.isCached) || cache?.use;
  return {
    model: first.target.model,
    wishes: first.wishes,
    warnings: [...ofPlan, ...(isCached ? [CACHE_NOT_APPLIED] : [])],
    targets: mapTargets(read, ({ target }) => target),
  };
}

function nameOf(fields: WrittenChat['fields']): string {
  const [model = ''] = fields.get('model') ?? [];
  if (model === '') throw badRequest('you must provide a model parameter', 'model', 'missing_required_parameter');
  return model;
}
