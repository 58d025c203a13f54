import type { Request } from 'express';
import { mapTargets, targetsOf, type TargetSettings, type TargetTree } from '../domain/target-tree.js';
import type { TranscriptionRequest, TranscriptionTask } from '../domain/transcription.js';
import type { ClientPlan } from '../http/door.js';
import type { ClientWishes } from '../serving/client-wishes.js';
import { refuseFallbacks } from '../serving/target-wishes.js';
import type { FormFields } from '../serving/form-values.js';
import { parseTranscriptionForm } from './transcription-form.js';

/** One target that the client has laid out, and what it is asked for. */
export interface RequestTarget extends TargetSettings {
  readonly request: TranscriptionRequest;
}

/** What a client asks for, and of whom. */
export interface AskedRequest {
  /** Of the first target, where there are some. */
  readonly request: TranscriptionRequest;
  readonly wishes: ClientWishes;
  /** What was sent in vain. */
  readonly warnings: readonly string[];
  /** Absent = whoever serves the model. */
  readonly targets?: TargetTree<RequestTarget>;
}

/** The fields of the form, and what was said in headers beside it. A model that the path names is the one that is meant. */
export function fieldsOf({ fields }: FormFields, { entrance }: Pick<Request, 'entrance'>): FormFields['fields'] {
  const { fields: inHeaders = [], model } = entrance ?? {};
  if (model === undefined && inHeaders.length === 0) return fields;
  const told = new Map(inHeaders.map(([name, value]) => [name, [value]] as const));
  return new Map<string, readonly string[]>([
    ...told,
    ...fields,
    ...(model === undefined ? [] : [['model', [model]] as const]),
  ]);
}

/**
 * Reads the form: once for the request, or for every target that the client has laid out.
 * @throws GatewayError 400 that names the field
 */
export function readAsked(
  task: TranscriptionTask,
  form: FormFields,
  { entrance }: Pick<Request, 'entrance'>,
  plan: ClientPlan | undefined,
): AskedRequest {
  const { tree, warnings = [] } = plan ?? {};
  if (!tree) {
    const fields = withModel(form.fields, entrance?.modelOf ?? ((name) => name));
    const asked = parseTranscriptionForm(task, { ...form, fields });
    return { ...asked, warnings: [...warnings, ...asked.warnings] };
  }
  const read = mapTargets(tree, (target) => {
    const { fields, overrides: _, ...settings } = target;
    return { settings, ...parseTranscriptionForm(task, { ...form, fields }) };
  });
  const [first, ...others] = targetsOf(read);
  if (!first) throw new Error('A plan has no targets');
  if (tree.kind !== 'target') refuseFallbacks(first.wishes);
  const told = [first, ...others].flatMap((it) => it.warnings);
  return {
    request: first.request,
    wishes: first.wishes,
    warnings: [...new Set([...warnings, ...told])],
    targets: mapTargets(read, ({ settings, request }) => ({ ...settings, request })),
  };
}

/** What the headers make of the one model that was asked for. */
function withModel(fields: FormFields['fields'], modelOf: (name: string) => string): FormFields['fields'] {
  const [named = '', ...others] = fields.get('model') ?? [];
  const model = named === '' || others.length > 0 ? named : modelOf(named);
  return model === named ? fields : new Map([...fields, ['model', [model]]]);
}
