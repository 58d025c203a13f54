import type { Schemas } from '../../../api/client';
import { stringifySearch } from '../../../frame/addresses';

/** Where the playground is, with what the request asked for. */
export function playgroundAddress({
  model,
  language,
  response_format,
}: Pick<Schemas['Log'], 'model' | 'language' | 'response_format'>): string {
  return `/ui/playground${stringifySearch({ model: model ?? undefined, language: language ?? undefined, response_format: response_format ?? undefined })}`;
}
