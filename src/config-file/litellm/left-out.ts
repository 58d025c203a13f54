import type { OtherPurpose } from '../../providers/model-names.js';
import type { Location } from '../config-file.error.js';
import type { Mode } from './deployment.keys.js';

/** Why an entry of `model_list` becomes no deployment. */
export type LeftOutReason =
  /** It says that it is for something else than transcription, or its model's name does. */
  | 'other_purpose'
  /** A provider of LiteLLM's that Auricle does not serve. */
  | 'unserved_provider'
  /** Another API of a provider that is served. */
  | 'unserved_api'
  /** Nobody knows the provider. */
  | 'unknown_provider'
  /** Its owner has blocked it. */
  | 'blocked'
  /** It stands for any number of models. */
  | 'wildcard'
  /** Something is missing without which there is no deployment. */
  | 'incomplete';

/** Why, where that is written, and in words. */
export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly at: Location;
  readonly explanation: string;
  /** What it is for, where that is known. */
  readonly purpose?: Mode | OtherPurpose;
}

/** An entry that is left out, with the public name that it would have had; absent where it has no usable one. */
export interface LeftOutEntry extends LeftOut {
  readonly model?: string;
}
