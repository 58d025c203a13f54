import { keyMetadataSchema } from '../../../domain/labels.js';
import { parseMerged } from '../../../http/admin/merge-patch.js';
import { shownValue, storedValue } from '../../../domain/metadata-value.js';

/** LiteLLM's words for what may use every model, and for what may use none. */
const ALL_MODELS = 'all-proxy-models';
const NO_MODELS = 'no-default-models';

/** What LiteLLM says of keys and teams alike; null says nothing. */
export interface SentFields {
  readonly models?: string[] | null;
  readonly blocked?: boolean | null;
  readonly tags?: string[] | null;
  readonly metadata?: (Readonly<Record<string, unknown>> & { readonly tags?: string[] | null }) | null;
}

/** What is stored of it. */
export interface StoredFields {
  readonly models: readonly string[] | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What is said of a key or a team, in our words.
 * @throws GatewayError 400 when there is too much metadata
 */
export function settingsOf({ models, blocked, tags, metadata }: SentFields) {
  const { tags: ofMetadata, ...values } = metadata ?? {};
  const labels = tags ?? ofMetadata ?? (metadata ? [] : undefined);
  return {
    ...(models && { models: models.length === 0 || models.includes(ALL_MODELS) ? null : models }),
    ...(typeof blocked === 'boolean' && { blocked }),
    ...(labels && { tags: labels }),
    ...(metadata && { metadata: storedMetadata(values) }),
  };
}

function storedMetadata(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const stored = Object.entries(values).map(([name, value]) => [name, storedValue(value)] as const);
  return parseMerged(keyMetadataSchema, Object.fromEntries(stored), 'metadata');
}

/** An empty list means all models in LiteLLM, and none here. */
export function shownModels({ models }: Pick<StoredFields, 'models'>): string[] {
  if (models === null) return [];
  return models.length === 0 ? [NO_MODELS] : [...models];
}

/** With the tags, where there are some. */
export function shownMetadata({ metadata, tags }: Pick<StoredFields, 'metadata' | 'tags'>): Record<string, unknown> {
  const values = Object.entries(metadata).map(([name, value]) => [name, shownValue(value)] as const);
  return { ...Object.fromEntries(values), ...(tags.length > 0 && { tags: [...tags] }) };
}
