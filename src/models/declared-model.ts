import type { ModelRouting } from '../domain/routing-settings.js';
import type { CreateDeployment } from './deployments/deployment.schema.js';

/** A deployment as an administrator writes it down, in the admin API's words, with its id. */
export interface DeclaredDeployment extends CreateDeployment {
  readonly id: string;
  /** Why it is switched off, where something that it says cannot be used. */
  readonly error?: string;
}

/** A public model as an administrator writes it down. */
export interface DeclaredModel {
  readonly id: string;
  readonly name: string;
  readonly routing: ModelRouting;
  readonly deployments: readonly DeclaredDeployment[];
}

/** Another name of a model. It is looked up before the models. */
export interface DeclaredAlias {
  readonly id: string;
  readonly name: string;
  /** The public name that it stands for. */
  readonly model: string;
  /** Can be used, but is not listed. */
  readonly hidden: boolean;
}

/** What is declared beside the admin API: by a configuration file. */
export interface DeclaredModels {
  readonly models: readonly DeclaredModel[];
  readonly aliases: readonly DeclaredAlias[];
  /** Models to try after a model, in order, wherever that is declared; its own come first. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
}
