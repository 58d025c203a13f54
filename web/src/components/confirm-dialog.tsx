import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';
import { TextField } from './field';
import { ErrorNotice } from './notice';

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({
  title,
  children,
  typed,
  action,
  look = 'danger',
  run,
  onClose,
  onDone,
}: {
  title: string;
  /** What will be no more. */
  children: ReactNode;
  /** What has to be typed first, of what is grave. */
  typed?: string;
  /** What the button says. */
  action: string;
  /** Of what is to be thought over, but takes nothing away: `primary`. */
  look?: 'danger' | 'primary';
  run: () => Promise<unknown>;
  onClose: () => void;
  onDone: () => void;
}) {
  const [text, setText] = useState('');
  const mutation = useMutation({ mutationFn: run, onSuccess: onDone });
  const isMeant = typed === undefined || text.trim() === typed;
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (isMeant) mutation.mutate();
        }}
      >
        <div className="flex flex-col gap-2 break-words">{children}</div>
        {typed !== undefined && (
          <TextField
            label={`Type ${typed} to go on`}
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        {mutation.error && <ErrorNotice error={mutation.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look={look} type="submit" disabled={!isMeant || mutation.isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
