import { lazy, Suspense, useState } from 'react';
import { useSignIn } from '../api/session';
import { Button } from '../components/button';
import { TextField } from '../components/field';
import { ErrorNotice, Notice } from '../components/notice';
import { Mark } from './mark';
import { withoutRefusal } from './refusal';

const SignInElsewhere = lazy(async () => ({ default: (await import('./sign-in-elsewhere')).SignInElsewhere }));

/** What is shown in place of every page to whoever is not signed in, or not any more. The address stays, so that a shared one leads on. */
export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const [key, setKey] = useState('');
  const signIn = useSignIn();
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <form
        className="flex w-full max-w-sm flex-col gap-4 rounded-lg border border-line bg-surface p-6 shadow-float"
        onSubmit={(event) => {
          event.preventDefault();
          history.replaceState(history.state, '', withoutRefusal(location.href));
          // A key must not be found in the page afterwards.
          signIn.mutate(key.trim(), { onSettled: () => setKey('') });
        }}
      >
        <div className="flex items-center gap-2">
          <Mark size={28} />
          <h1 className="text-xl font-semibold">Auricle</h1>
        </div>
        <Suspense>
          <SignInElsewhere />
        </Suspense>
        <TextField
          label="Key"
          type="password"
          autoComplete="current-password"
          autoFocus
          required
          value={key}
          onChange={(event) => setKey(event.target.value)}
          hint="The master key, an admin key, or an API key to see what is its own."
        />
        {hasEnded && !signIn.error && <Notice tone="info">The session has ended. Sign in to go on here.</Notice>}
        {signIn.error && <ErrorNotice error={signIn.error} />}
        <Button look="primary" type="submit" disabled={signIn.isPending} className="justify-center">
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
