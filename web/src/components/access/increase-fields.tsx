import { useFormContext, useWatch } from 'react-hook-form';
import { zoneName } from '../../format/time';
import { useZone } from '../../frame/zone';
import { TextField } from '../field';
import type { AccessValues } from './access-values';

/** What may be spent beside the limits of a budget until some moment: open where there is such a thing. */
export function Increase({ index }: { index: number }) {
  const {
    register,
    control,
    formState: { errors },
  } = useFormContext<AccessValues>();
  const zone = useZone();
  const name = `budgets.${index}.increase` as const;
  const { usd, audio_seconds, expires_at } = useWatch({ control, name });
  const wrong = errors.budgets?.[index]?.increase;
  const amount = { type: 'number', min: 0, step: 'any' } as const;
  return (
    <details className="sm:col-span-2" open={expires_at !== '' || undefined}>
      <summary className="text-sm text-muted">More for a time</summary>
      <div className="mt-2 grid gap-3 sm:grid-cols-3">
        <TextField label="More US dollars" {...amount} error={wrong?.usd?.message} {...register(`${name}.usd`)} />
        <TextField
          label="More minutes of audio"
          {...amount}
          error={wrong?.audio_seconds?.message}
          {...register(`${name}.audio_seconds`)}
        />
        <TextField
          label="Until"
          type="datetime-local"
          step={1}
          required={usd !== '' || audio_seconds !== ''}
          hint={`In ${zoneName(zone)}. Empty: nothing more.`}
          error={wrong?.expires_at?.message ?? wrong?.message}
          {...register(`${name}.expires_at`)}
        />
      </div>
    </details>
  );
}
