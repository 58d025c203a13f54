import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session';
import { classNames } from '../components/class-names';
import { MENU, type MenuPage } from './pages';
import { Mark } from './mark';

/** The menu: words and icons, at less than 1024 px icons alone, at less than 640 a bar at the bottom. */
export function SideMenu() {
  const { permissions } = useSession();
  const isOpen = ({ permission }: MenuPage) => permission === undefined || permissions.includes(permission);
  const groups = MENU.map(({ group, pages }) => ({ group, pages: pages.filter(isOpen) }));
  return (
    <nav
      aria-label="Pages"
      className={classNames(
        'z-30 flex shrink-0 border-line bg-page',
        'max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:h-14 max-sm:overflow-x-auto max-sm:border-t',
        'sm:sticky sm:top-0 sm:h-dvh sm:w-14 sm:flex-col sm:overflow-y-auto sm:border-r sm:py-3 lg:w-52',
      )}
    >
      <Link
        to="/"
        search={(search) => search}
        aria-label="Auricle, to the overview"
        className="flex h-9 items-center gap-2 px-4 text-lg font-semibold max-sm:hidden"
      >
        <Mark />
        <span className="max-lg:hidden">auricle</span>
      </Link>
      {groups
        .filter(({ pages }) => pages.length > 0)
        .map(({ group, pages }) => (
          <div key={group ?? ''} className="max-sm:contents sm:mt-3">
            {group && <p className="px-4 pb-1 text-xs text-faint max-lg:hidden">{group}</p>}
            <ul className="max-sm:contents">
              {pages.map((page) => (
                <li key={page.path} className="max-sm:shrink-0 sm:px-2">
                  <Link
                    to={page.path}
                    search={({ period, from, to }) => ({ period, from, to })}
                    activeOptions={{ exact: page.path === '/', includeSearch: false }}
                    title={page.title}
                    className={classNames(
                      'flex items-center gap-2.5 rounded-md text-muted hover:bg-sunken hover:text-text',
                      'max-sm:h-14 max-sm:w-17 max-sm:flex-col max-sm:justify-center max-sm:gap-0.5 max-sm:text-xs',
                      'sm:h-8 sm:px-3 max-lg:sm:justify-center max-lg:sm:px-0',
                      'aria-[current=page]:bg-accent-wash aria-[current=page]:font-medium aria-[current=page]:text-accent-strong',
                    )}
                  >
                    <page.icon size={16} aria-hidden className="shrink-0" />
                    <span className="max-lg:sm:sr-only">{page.title}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </nav>
  );
}
