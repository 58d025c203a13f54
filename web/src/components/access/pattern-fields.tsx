import { Plus, Trash2 } from 'lucide-react';
import { useFieldArray, useFormContext } from 'react-hook-form';
import { Button } from '../button';
import { TextField } from '../field';
import type { AccessValues } from './access-values';

/** As many as the API takes. */
const MOST_PATTERNS = 10;

/** Patterns of one's own, each masked by its name. */
export function PatternFields() {
  const {
    register,
    control,
    formState: { errors },
  } = useFormContext<AccessValues>();
  const { fields, append, remove } = useFieldArray({ control, name: 'redaction.patterns' });
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Patterns of your own</legend>
      <p className="text-sm text-muted">
        Regular expressions in RE2&apos;s syntax. What one finds is masked by its name: <code>[CASE_NUMBER]</code>.
      </p>
      {fields.map((field, index) => {
        const wrong = errors.redaction?.patterns?.[index];
        return (
          <div key={field.id} className="flex flex-wrap items-start gap-2 sm:flex-nowrap">
            <TextField
              label={`Name of pattern ${index + 1}`}
              hideLabel
              placeholder="case_number"
              required
              className="w-full sm:w-44"
              error={wrong?.name?.message}
              {...register(`redaction.patterns.${index}.name`)}
            />
            <TextField
              label={`Pattern ${index + 1}`}
              hideLabel
              placeholder="\bCASE-\d{6}\b"
              required
              spellCheck={false}
              autoComplete="off"
              className="min-w-0 flex-1 [&_input]:font-mono"
              error={wrong?.pattern?.message}
              {...register(`redaction.patterns.${index}.pattern`)}
            />
            <Button look="quiet" size="icon" aria-label={`Remove pattern ${index + 1}`} onClick={() => remove(index)}>
              <Trash2 size={14} aria-hidden />
            </Button>
          </div>
        );
      })}
      {fields.length < MOST_PATTERNS && (
        <Button
          size="small"
          className="self-start"
          onClick={() => append({ name: '', pattern: '' }, { shouldFocus: true })}
        >
          <Plus size={14} aria-hidden /> Add a pattern
        </Button>
      )}
    </fieldset>
  );
}
