import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { CodeBlock } from '../../../components/code-block';
import { CopyButton } from '../../../components/copy-button';
import { Dialog } from '../../../components/dialog';
import { ROLES } from './roles';

/** Shows the secret of an admin key, this once, with what it is for. */
export function AdminSecretDialog({
  made,
  title,
  onClose,
}: {
  made: Schemas['CreatedAdminKey'];
  title: string;
  onClose: () => void;
}) {
  const example = made.role === 'team_admin' ? 'keys' : 'models';
  return (
    <Dialog
      title={title}
      onClose={onClose}
      staysOpen
      description="Copy the secret now. It is stored only as a hash and is not shown again."
    >
      <div className="flex flex-col gap-4">
        <div className="flex items-start gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <output aria-label="Secret" className="mono min-w-0 flex-1 py-1 break-all">
            {made.key}
          </output>
          <CopyButton text={made.key} label="Copy secret" look="primary" />
        </div>
        <div>
          <p className="font-medium">What to do with it</p>
          <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-muted">
            <li>
              Hand it to {made.name} by a safe way, for the sign-in at{' '}
              <span className="mono break-all">{`${location.origin}/ui/`}</span>.
            </li>
            <li>Scripts send it with each request of the admin API, as below. It does not open the audio API.</li>
            <li>
              Its role is {ROLES[made.role].title.toLowerCase()}, which can be changed here without another secret.
            </li>
          </ul>
        </div>
        <CodeBlock
          label="curl"
          text={`curl ${location.origin}/admin/v1/${example} \\\n  -H "Authorization: Bearer ${made.key}"`}
        />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
