import { useFormContext } from 'react-hook-form';
import { TextArea } from '../field';
import type { AccessValues } from './access-values';
import { useModelNames } from './model-names';

/** Which models may be used: names and patterns, with those that there are to choose from. */
export function ModelsField() {
  const {
    register,
    getValues,
    setValue,
    formState: { errors },
  } = useFormContext<AccessValues>();
  const { names } = useModelNames();
  const add = (name: string) => {
    const lines = getValues('models').trim();
    setValue('models', lines === '' ? name : `${lines}\n${name}`, { shouldDirty: true });
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label="Models"
        hint="One a line; * stands for any run of characters, as in groq/*. Empty: all models."
        error={errors.models?.message}
        {...register('models')}
      />
      {names.length > 0 && (
        <select
          aria-label="Add a model"
          value=""
          onChange={(event) => add(event.target.value)}
          className="h-7 w-fit max-w-full rounded-md border border-line bg-surface px-2 text-sm text-muted"
        >
          <option value="">Add a model</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </div>
  );
}
