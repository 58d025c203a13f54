import type { UseFormReturn } from 'react-hook-form';
import { useTeamNames } from '../../../components/access/team-field';
import { TextArea } from '../../../components/field';
import type { AdminKeyValues } from './admin-key-values';

/** The teams of a team admin, with those that there are to choose from. */
export function TeamsField({ form }: { form: UseFormReturn<AdminKeyValues> }) {
  const names = useTeamNames();
  const add = (name: string) =>
    form.setValue('teams', [form.getValues('teams').trim(), name].filter(Boolean).join('\n'), { shouldDirty: true });
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label="Teams"
        required
        hint="One a line. It has these teams only."
        error={form.formState.errors.teams?.message}
        {...form.register('teams')}
      />
      {names.length > 0 && (
        <select
          aria-label="Add a team"
          value=""
          onChange={(event) => add(event.target.value)}
          className="h-7 w-fit max-w-full rounded-md border border-line bg-surface px-2 text-sm text-muted"
        >
          <option value="">Add a team</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      )}
    </div>
  );
}
