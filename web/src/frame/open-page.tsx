import { Link, Outlet, useMatches } from '@tanstack/react-router';
import { useSession } from '../api/session';
import { Button } from '../components/button';
import { Empty } from '../components/empty';
import { MENU_PAGES } from './pages';

/** The page that the address names, if it is open to who is signed in; nothing is asked for a page that is not. */
export function OpenPage() {
  const { permissions, role } = useSession();
  const page = useMatches({
    select: (matches) => MENU_PAGES.find(({ path }) => matches.some(({ routeId }) => routeId === path)),
  });
  if (!page?.permission || permissions.includes(page.permission)) return <Outlet />;
  return (
    <Empty
      title={`${page.title} is not open to you`}
      actions={
        <Button asChild>
          <Link to="/">To the overview</Link>
        </Button>
      }
    >
      {role
        ? `The role ${role} does not have the permission ${page.permission}. An owner can give an admin key another role.`
        : page.permission === 'logs.read'
          ? 'The team of this API key would have to allow its holders to read its logs.'
          : 'Who signs in with an API key sees what is of that key. This is for administrators.'}
    </Empty>
  );
}
