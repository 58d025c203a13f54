import type { Request } from 'express';
import type { SpeechRequest } from '../domain/speech.js';
import { mapTargets, targetsOf, type TargetSettings, type TargetTree } from '../domain/target-tree.js';
import type { ClientPlan } from '../http/door.js';
import { CACHE_NOT_APPLIED } from '../serving/client-wishes.js';
import { refuseFallbacks } from '../serving/target-wishes.js';
import { fieldsOfForm, readSpeechOrder, type SpeechFields, type SpeechOrder } from './speech-body.js';

/** One target that the client has laid out, and what it is asked for. */
export interface SpeechTarget extends TargetSettings {
  readonly request: SpeechRequest;
}

/** What a client asks for, and of whom. */
export interface AskedSpeech extends SpeechOrder {
  /** Absent = whoever serves the model. */
  readonly targets?: TargetTree<SpeechTarget>;
}

/**
 * Reads what was sent: once for the request, or for every target that the client has laid out. The request is that of the first
 * target then.
 * @throws GatewayError 400 that names the field
 */
export function readAskedSpeech(
  fields: SpeechFields,
  { entrance }: Pick<Request, 'entrance'>,
  { tree, cache, warnings: ofPlan = [] }: Partial<ClientPlan>,
): AskedSpeech {
  const first = [...ofPlan, ...(cache?.use ? [CACHE_NOT_APPLIED] : [])];
  if (!tree) {
    const { model } = fields;
    const order = readSpeechOrder({ ...fields, model: model && (entrance?.modelOf(model) ?? model) });
    return { ...order, warnings: [...new Set([...first, ...order.warnings])] };
  }
  const read = mapTargets(tree, (target) => {
    const { fields: form, overrides: _, ...settings } = target;
    return { settings, ...readSpeechOrder(fieldsOfForm(form, fields)) };
  });
  const [chosen, ...others] = targetsOf(read);
  if (!chosen) throw new Error('A plan has no targets');
  if (tree.kind !== 'target') refuseFallbacks(chosen.wishes);
  const told = [chosen, ...others].flatMap((it) => it.warnings);
  return {
    request: chosen.request,
    wishes: chosen.wishes,
    warnings: [...new Set([...first, ...told])],
    targets: mapTargets(read, ({ settings, request }) => ({ ...settings, request })),
  };
}
