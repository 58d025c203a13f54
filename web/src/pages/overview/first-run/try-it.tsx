import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import sampleUrl from '../../../../../assets/speech.wav?url';
import { ask } from '../../../api/client';
import { Button } from '../../../components/button';
import { SelectField } from '../../../components/field';
import { ErrorNotice } from '../../../components/notice';
import type { FirstRun } from './use-first-run';

/** Sends the bundled sample to a model, and shows what it has understood. */
export function TryIt({ models, isNext }: Pick<FirstRun, 'models'> & { isNext: boolean }) {
  const queries = useQueryClient();
  const [wish, setWish] = useState<string>();
  const model = wish ?? models[0]?.name ?? '';
  const sending = useMutation({
    mutationFn: async () => {
      const sample = await (await fetch(sampleUrl)).blob();
      const form = new FormData();
      form.set('model', model);
      form.set('response_format', 'text');
      form.set('file', sample, 'speech.wav');
      return await (await ask('/v1/audio/transcriptions', { method: 'POST', body: form })).text();
    },
    // What the rest of the page shows has changed, too.
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      <div className="flex flex-wrap items-end gap-2">
        {models.length > 1 && (
          <SelectField
            label="Model to try"
            hideLabel
            value={model}
            onChange={(event) => setWish(event.target.value)}
            className="max-w-60"
          >
            {models.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
        )}
        <Button look={isNext ? 'primary' : 'plain'} disabled={sending.isPending} onClick={() => sending.mutate()}>
          <Play size={14} aria-hidden />
          {sending.isPending ? 'Sending the sample' : `Send the sample to ${model}`}
        </Button>
      </div>
      <p className="w-full">
        Five seconds of speech.{' '}
        <a href={sampleUrl} download="speech.wav" className="underline underline-offset-2">
          Keep the sample
        </a>{' '}
        to send it yourself.
      </p>
      <div aria-live="polite" className="w-full empty:hidden">
        {sending.data !== undefined && (
          <blockquote dir="auto" className="border-l-2 border-accent pl-3 text-base text-text">
            {sending.data}
          </blockquote>
        )}
      </div>
      {sending.error && <ErrorNotice error={sending.error} />}
    </>
  );
}
