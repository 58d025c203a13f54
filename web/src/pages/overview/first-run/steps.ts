import type { Schemas } from '../../../api/client';

type Model = Pick<Schemas['Model'], 'name' | 'managed_by'> & {
  readonly deployments: readonly Pick<Schemas['Deployment'], 'mode' | 'enabled' | 'upstream_model'>[];
};
type Row = Pick<Schemas['LogListItem'], 'id' | 'key_id'>;

/** So many rows are looked at. Who has more is no beginner. */
export const FIRST_ROWS = 20;

/** Whether the gateway is in its first minute: no application has called it yet. */
export function isFirstMinute(rows: readonly Row[]): boolean {
  return rows.length < FIRST_ROWS && rows.every(({ key_id }) => !key_id);
}

/** The sandbox's others rehearse failures. */
const SANDBOX_MODEL = 'sandbox';

/** Models that transcribe, those of real providers first. */
export function modelsToTry(models: readonly Model[]): readonly Model[] {
  return models
    .filter(({ deployments }) => deployments.some(({ mode, enabled }) => enabled && mode === 'audio_transcription'))
    .filter(
      ({ managed_by, deployments }) =>
        managed_by !== 'sandbox' || deployments.some(({ upstream_model }) => upstream_model === SANDBOX_MODEL),
    )
    .toSorted((a, b) => Number(a.managed_by === 'sandbox') - Number(b.managed_by === 'sandbox'));
}

/** What the steps go by. */
export interface Progress {
  /** Whether there is a model to use. */
  readonly model: boolean;
  /** Whether anything was sent. */
  readonly tried: boolean;
  /** Whether there is a key for an application. */
  readonly key: boolean;
  /** Whether an application has called. */
  readonly arrived: boolean;
}

/** The step that comes next; undefined = all are done. */
export function nextStep(progress: Progress): keyof Progress | undefined {
  return (['model', 'tried', 'key', 'arrived'] as const).find((step) => !progress[step]);
}
