import type { CatalogueDeployment } from './catalogue-model.js';
import type { Catalogue } from './catalogue.js';

/** A configured deployment whose upstream model has an announced end. */
export interface RetiringDeployment {
  readonly deployment: CatalogueDeployment;
  /** The day, in UTC, such as `2027-02-26`. */
  readonly retiresOn: string;
}

/** All of them, wherever they are declared; who ends first comes first. */
export function retiringDeployments(catalogue: Pick<Catalogue, 'deployments'>): readonly RetiringDeployment[] {
  return catalogue
    .deployments()
    .flatMap((deployment): RetiringDeployment[] =>
      deployment.retirement ? [{ deployment, retiresOn: deployment.retirement.date }] : [],
    )
    .toSorted((left, right) => left.retiresOn.localeCompare(right.retiresOn));
}
