import { ChevronDown, Moon, Search, Sun } from 'lucide-react';
import { useMatches } from '@tanstack/react-router';
import { useSession, useSignOut } from '../api/session';
import { Button } from '../components/button';
import { ErrorNotice } from '../components/notice';
import { zoneName } from '../format/time';
import { chooseTheme, useTheme } from '../theme/theme';
import { PeriodPicker } from './period-picker';
import { QuietSelect } from './quiet-select';
import { chooseZone, useZone } from './zone';

/** What is the same on every page: the period where the page has one, the zone, the search, the theme, and who is signed in. */
export function Header({ onSearch }: { onSearch: () => void }) {
  const hasPeriod = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.hasPeriod) });
  const theme = useTheme();
  const zone = useZone();
  const isDark = theme === 'dark';
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center justify-end gap-1 border-b border-line bg-page/95 px-4 sm:px-6">
      {hasPeriod && <PeriodPicker />}
      <QuietSelect label="Time zone" value={zone} onChange={(wish) => chooseZone(wish === 'utc' ? 'utc' : 'local')}>
        <option value="local">{zoneName('local')}</option>
        <option value="utc">UTC</option>
      </QuietSelect>
      <Button look="quiet" onClick={onSearch} aria-keyshortcuts="Control+K Meta+K">
        <Search size={16} aria-hidden />
        <span className="max-sm:sr-only">Search</span>
        <kbd className="rounded-sm border border-line px-1 text-xs text-faint max-md:hidden">⌘K</kbd>
      </Button>
      <Button
        look="quiet"
        size="icon"
        aria-label={isDark ? 'Light theme' : 'Dark theme'}
        onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
      </Button>
      <Account />
    </header>
  );
}

/** Who is signed in, and the way out. The browser itself opens and closes what is shown. */
function Account() {
  const session = useSession();
  const signOut = useSignOut();
  return (
    <>
      <Button look="quiet" className="max-w-40" popoverTarget="account">
        <span className="truncate">{session.name}</span>
        <ChevronDown size={14} aria-hidden className="shrink-0" />
      </Button>
      <div
        id="account"
        popover="auto"
        className="fixed inset-auto top-12 right-4 min-w-52 rounded-md border border-line bg-surface p-1 text-text shadow-float sm:right-6"
      >
        <p className="px-2 py-1 text-sm text-muted">
          {session.role ? `Signed in as ${session.role}` : 'Signed in with an API key'}
        </p>
        {!session.secure && (
          <p className="px-2 py-1 text-sm text-warn">
            {isSecureContext ? 'Without TLS: on this machine only' : 'Without TLS: others can listen on the way'}
          </p>
        )}
        <Button look="quiet" className="w-full" asChild>
          <a href="/docs" target="_blank" rel="noopener">
            API documentation
          </a>
        </Button>
        <Button look="quiet" className="w-full" onClick={() => signOut.mutate()}>
          Sign out
        </Button>
        {signOut.error && <ErrorNotice error={signOut.error} />}
      </div>
    </>
  );
}
