import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { ask, type Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { CopyButton } from '../../../components/copy-button';
import { TextField } from '../../../components/field';
import { ErrorNotice } from '../../../components/notice';

/** Makes a key with one field, and shows the call to paste. The secret is shown this once. */
export function MakeKey({ model, isNext }: { model: string; isNext: boolean }) {
  const queries = useQueryClient();
  const [name, setName] = useState('my-app');
  const making = useMutation({
    mutationFn: async () => {
      const answer = await ask('/admin/v1/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: name.trim() }),
      });
      return (await answer.json()) as Schemas['CreatedKey'];
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['first-run'] }),
  });
  if (making.data) {
    const snippet = snippetOf(making.data.key, model);
    return (
      <>
        <p>
          The secret of <b dir="auto">{making.data.name}</b> is shown this once. Paste this into a terminal, beside a
          recording:
        </p>
        <section
          tabIndex={0}
          aria-label="Call with the new key"
          className="w-full overflow-x-auto rounded-md border border-line bg-surface p-3"
        >
          <pre className="mono text-text">{snippet}</pre>
        </section>
        <CopyButton text={snippet} label="Copy the call" look={isNext ? 'primary' : 'plain'} />
      </>
    );
  }
  return (
    <form
      className="flex w-full flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        making.mutate();
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <TextField
          label="Name of the key"
          hideLabel
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="w-48"
        />
        <Button type="submit" look={isNext ? 'primary' : 'plain'} disabled={making.isPending || !name.trim()}>
          <KeyRound size={14} aria-hidden />
          Make the key
        </Button>
      </div>
      {making.error && <ErrorNotice error={making.error} />}
    </form>
  );
}

function snippetOf(key: string, model: string): string {
  return [
    `curl ${location.origin}/v1/audio/transcriptions \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    `  -F model=${model} -F file=@speech.wav`,
  ].join('\n');
}
