import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { SessionContext, sessionQuery } from '../api/session';
import { ErrorNotice } from '../components/notice';
import { Header } from './header';
import { SideMenu } from './side-menu';
import { SignIn } from './sign-in';

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));

/** What is around every page, or the sign-in in place of all of it. */
export function Frame() {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery);
  if (isPending) return null;
  if (error) {
    return (
      <main className="mx-auto max-w-lg p-6">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (!session) return <SignIn />;
  return (
    <SessionContext value={session}>
      <SignedIn />
    </SessionContext>
  );
}

function SignedIn() {
  const [isSearching, setIsSearching] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setIsSearching(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <a href="#page" className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-surface focus:p-2">
        To the page
      </a>
      <div className="flex min-h-dvh">
        <SideMenu />
        <div className="flex min-w-0 flex-1 flex-col max-sm:pb-14">
          <Header onSearch={() => setIsSearching(true)} />
          <main id="page" className="min-w-0 flex-1">
            <Outlet />
          </main>
        </div>
      </div>
      {isSearching && (
        <Suspense>
          <Palette onClose={() => setIsSearching(false)} />
        </Suspense>
      )}
    </>
  );
}
