import { AudioLines } from 'lucide-react';
import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { CopyButton } from '../../../components/copy-button';
import { copyAs, LANGUAGES } from './copy-as';
import { playgroundAddress } from './playground-address';

/** Ways to send the request again: as a program, without the key and the file, or in the playground. */
export function Again({ log }: { log: Schemas['Log'] }) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-1 gap-y-1">
      <div role="group" aria-label="Copy as" className="flex items-center">
        <span aria-hidden className="mr-1 text-sm text-muted">
          Copy as
        </span>
        {(['curl', 'python', 'node'] as const).map((language) => (
          <CopyButton key={language} text={copyAs(language, log, location.origin)} label={LANGUAGES[language]} />
        ))}
      </div>
      <Button look="quiet" size="small" className="sm:ml-auto" asChild>
        <a href={playgroundAddress(log)}>
          <AudioLines size={14} aria-hidden /> Open in the playground
        </a>
      </Button>
    </div>
  );
}
