import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client';
import { Facts } from '../../../components/facts';
import { Instant } from '../../../components/instant';
import { PageLink } from '../../../components/page-link';

/** What was taken from a file. */
export function FileFacts({ file }: { file: Schemas['ConfigFile'] }) {
  return (
    <Facts
      facts={[
        [
          'File',
          <span key="file" className="mono break-all">
            {file.file}
          </span>,
        ],
        ['Read', <Instant key="read" at={file.read_at} look="full" />],
        ['Models', <Models key="models" names={file.models} />],
        [
          'Settings',
          <Link key="settings" to="/settings" search={{ source: 'file' }} className="underline underline-offset-2">
            Those that it says
          </Link>,
        ],
        ['Keys and teams', <Rules key="rules" rules={file.rules} />],
      ]}
    />
  );
}

function Models({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="text-faint">none</span>;
  return (
    <>
      <PageLink to="/models" className="underline">
        {names.length}
      </PageLink>
      : <span dir="auto">{names.join(', ')}</span>
    </>
  );
}

function Rules({ rules }: { rules: readonly string[] }) {
  if (rules.length === 0) return <span className="text-faint">no rules</span>;
  return (
    <ul>
      {rules.map((rule) => (
        <li key={rule}>{rule}</li>
      ))}
    </ul>
  );
}
