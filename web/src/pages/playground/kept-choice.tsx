import { useNavigate, useSearch } from '@tanstack/react-router';
import { Checkbox } from '../../components/field';
import type { Kept } from './kept';
import { playgroundRoute } from './playground.route';

/** What may be kept of the requests, as the address has it: nothing of the words, unless somebody wants it. */
export function useKept(): Kept {
  const search = useSearch({ from: playgroundRoute.id });
  return { keepsTranscripts: search.keep_transcripts === 'true', zeroRetention: search.zero_retention === 'true' };
}

/** Lets choose it. */
export function KeptChoice({ kept }: { kept: Kept }) {
  const navigate = useNavigate();
  const set = (name: 'keep_transcripts' | 'zero_retention', is: boolean) =>
    void navigate({ to: '.', search: (before) => ({ ...before, [name]: is ? 'true' : undefined }), replace: true });
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-2">
      <Checkbox
        label="Keep the transcripts in the log"
        hint="Else the log has times, lengths and costs, and no words."
        checked={kept.keepsTranscripts && !kept.zeroRetention}
        disabled={kept.zeroRetention}
        onChange={({ target }) => set('keep_transcripts', target.checked)}
      />
      <Checkbox
        label="Zero retention"
        hint="Only providers are asked that keep nothing, either."
        checked={kept.zeroRetention}
        onChange={({ target }) => set('zero_retention', target.checked)}
      />
    </div>
  );
}
