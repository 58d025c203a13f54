import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, type Schemas } from '../../../api/client';
import { useMay } from '../../../api/session';
import { Button } from '../../../components/button';
import { CopyButton } from '../../../components/copy-button';
import { Dialog } from '../../../components/dialog';
import { ErrorNotice } from '../../../components/notice';
import { Section } from './section';
import { Segments } from './segments';
import { linesOf } from './transcript-lines';

const TITLES = { transcribe: 'Said', translate: 'Said, in English', speak: 'To be said', chat: 'Answer' } as const;

/** Where it is worth saying: of most answers nobody expects times. */
const WHY_NO_TIMES: Readonly<Partial<Record<NonNullable<Schemas['Log']['segments_missing']>, string>>> = {
  not_in_text: 'No times: what the provider has timed has other words than the transcript.',
  too_large: 'No times: there are too many parts to keep them.',
};

/** More lines are shown on demand: an hour of speech is some thousand. */
const FIRST_LINES = 60;

/** What was asked and said, as far as the log has it. */
export function TranscriptSection({ log }: { log: Schemas['Log'] }) {
  const { transcript, question, task, language, status, segments, segments_missing } = log;
  const mayDelete = useMay('transcripts.delete');
  const [isAsking, setIsAsking] = useState(false);
  if (transcript === null && question === null) {
    if (status !== 'success') return null;
    return (
      <Section title="Said">
        <p className="text-sm text-muted">
          The log has no words of it: transcripts are not kept, by the gateway or by the privacy of the key, or they
          were deleted.
        </p>
      </Section>
    );
  }
  return (
    <>
      {question !== null && (
        <Section title="Question" actions={<CopyButton text={question} />}>
          <Words text={question} />
        </Section>
      )}
      <Section
        title={TITLES[task ?? 'transcribe']}
        actions={
          <>
            {transcript !== null && <CopyButton text={transcript} />}
            {mayDelete && (
              <Button look="quiet" size="small" onClick={() => setIsAsking(true)}>
                <Trash2 size={14} aria-hidden /> Delete
              </Button>
            )}
          </>
        }
      >
        {transcript === null ? (
          <p className="text-sm text-muted">The log has no answer.</p>
        ) : segments !== null && segments.length > 0 ? (
          <Segments key={log.id} requestId={log.id} segments={segments} language={language} />
        ) : (
          <Words text={transcript} language={language} />
        )}
        {segments_missing !== null && WHY_NO_TIMES[segments_missing] && (
          <p className="mt-1 text-sm text-muted">{WHY_NO_TIMES[segments_missing]}</p>
        )}
        {isAsking && <DeleteDialog id={log.id} onClose={() => setIsAsking(false)} />}
      </Section>
    </>
  );
}

/** Lines of words, each in the direction of its own script. */
function Words({ text, language }: { text: string; language?: string | null }) {
  const [isWhole, setIsWhole] = useState(false);
  const lines = linesOf(text);
  const shown = isWhole ? lines : lines.slice(0, FIRST_LINES);
  return (
    <div lang={language ?? undefined} className="flex flex-col gap-1">
      {text.trim() === '' && <p className="text-sm text-muted">Nothing was heard.</p>}
      {shown.map(({ at, speaker, words }, index) => (
        <p key={index} dir="auto" className="break-words whitespace-pre-wrap">
          {at && <span className="mono text-faint">{at} </span>}
          {speaker && <span className="font-medium">{speaker} </span>}
          {words}
        </p>
      ))}
      {shown.length < lines.length && (
        <div>
          <Button size="small" onClick={() => setIsWhole(true)}>
            Show all
          </Button>
        </div>
      )}
    </div>
  );
}

function DeleteDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const removal = useMutation({
    mutationFn: () => api.DELETE('/admin/v1/logs/{id}/transcript', { params: { path: { id } } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['log', id] });
      onClose();
    },
  });
  return (
    <Dialog
      title="Delete the transcript?"
      description="The words of this request go, with its question and the cached copies of its answer. Its figures stay. They cannot be brought back."
      onClose={onClose}
    >
      <div className="flex flex-col gap-3">
        {removal.error && <ErrorNotice error={removal.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" disabled={removal.isPending} onClick={() => removal.mutate()}>
            Delete the transcript
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
