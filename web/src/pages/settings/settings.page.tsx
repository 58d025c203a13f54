import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useSession } from '../../api/session';
import { Empty } from '../../components/empty';
import { Page } from '../../components/page';
import { SECTIONS, sectionsFor, type SettingsSection } from './sections';

/** What the gateway goes by, and who may change it: sections, each with an address of its own. */
export function SettingsPage() {
  const { permissions } = useSession();
  const path = useLocation({ select: ({ pathname }) => pathname.replace(/\/$/, '') });
  const open = sectionsFor(permissions);
  const section = SECTIONS.find((it) => it.path === path);
  const isOpen = section === undefined || open.includes(section);
  const [first] = open;
  // Whoever may not see the first section is led to the first that is open.
  if (section === SECTIONS[0] && !isOpen && first) return <Navigate to={first.path} replace />;
  return (
    <Page title="Settings">
      {open.length > 1 && <SectionLinks sections={open} />}
      {isOpen ? (
        <Outlet />
      ) : (
        <Empty title="This is not for your role">
          Signed in like this, nothing of it may be seen. An owner can change the role of an admin key.
        </Empty>
      )}
    </Page>
  );
}

function SectionLinks({ sections }: { sections: readonly SettingsSection[] }) {
  return (
    <nav aria-label="Sections of the settings" className="border-b border-line">
      <ul className="flex flex-wrap gap-x-1">
        {sections.map(({ path, title }) => (
          <li key={path} className="shrink-0">
            <Link
              to={path}
              activeOptions={{ exact: true, includeSearch: false }}
              className="block h-8 border-b-2 border-transparent px-2.5 leading-8 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text"
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
