import { Button } from '../button';
import type { FormMutation } from './use-form-mutation';

/** The end of a form: what the API refused, the way back, and the way on. */
export function FormButtons({
  form: { notice, isPending },
  label,
  onCancel,
}: {
  form: FormMutation;
  label: string;
  onCancel: () => void;
}) {
  return (
    <div className="sticky -bottom-4 -mx-5 -mb-4 flex flex-col gap-3 border-t border-line bg-surface px-5 py-3">
      {notice}
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" type="submit" disabled={isPending}>
          {label}
        </Button>
      </div>
    </div>
  );
}
