import { Plus, Trash2 } from 'lucide-react';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { zoneName } from '../../format/time';
import { Increase } from './increase-fields';
import { useZone } from '../../frame/zone';
import { Button } from '../button';
import { SelectField, TextField } from '../field';
import { NEW_BUDGET, type AccessValues } from './access-values';
import { PERIOD_TITLES } from './budget-words';

/** The budgets of a key or a team, each with its limits and its period. */
export function BudgetFields() {
  const { control } = useFormContext<AccessValues>();
  const { fields, append, remove } = useFieldArray({ control, name: 'budgets' });
  const zone = zoneName(useZone());
  return (
    <>
      {fields.map((field, index) => (
        <fieldset key={field.id} className="rounded-md border border-line p-3">
          <legend className="px-1 text-sm text-muted">Budget {index + 1}</legend>
          <BudgetOf index={index} onRemove={() => remove(index)} />
        </fieldset>
      ))}
      <Button
        size="small"
        className="self-start"
        onClick={() => append({ ...NEW_BUDGET, time_zone: zone }, { shouldFocus: true })}
      >
        <Plus size={14} aria-hidden /> Add a budget
      </Button>
    </>
  );
}

function BudgetOf({ index, onRemove }: { index: number; onRemove: () => void }) {
  const {
    register,
    formState: { errors },
  } = useFormContext<AccessValues>();
  const wrong = errors.budgets?.[index];
  const amount = { type: 'number', min: 0, step: 'any' } as const;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label="Limit in US dollars"
        {...amount}
        error={wrong?.limit_usd?.message}
        {...register(`budgets.${index}.limit_usd`)}
      />
      <TextField
        label="Warn above, in US dollars"
        {...amount}
        error={wrong?.soft_limit_usd?.message}
        {...register(`budgets.${index}.soft_limit_usd`)}
      />
      <TextField
        label="Limit in minutes of audio"
        {...amount}
        error={wrong?.limit_audio_seconds?.message}
        {...register(`budgets.${index}.limit_audio_seconds`)}
      />
      <SelectField label="Period" error={wrong?.period?.message} {...register(`budgets.${index}.period`)}>
        {Object.entries(PERIOD_TITLES).map(([period, title]) => (
          <option key={period} value={period}>
            {title}
          </option>
        ))}
      </SelectField>
      <TextField label="Time zone" error={wrong?.time_zone?.message} {...register(`budgets.${index}.time_zone`)} />
      <TextField
        label="Only requests for the model"
        placeholder="all models"
        error={wrong?.model?.message}
        {...register(`budgets.${index}.model`)}
      />
      <Increase index={index} />
      <Button look="quiet" size="small" className="justify-self-start" onClick={onRemove}>
        <Trash2 size={14} aria-hidden /> Remove budget {index + 1}
      </Button>
    </div>
  );
}
