import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api/client';
import { identityProvidersQuery } from '../api/session';
import { Button } from '../components/button';
import { ErrorNotice } from '../components/notice';
import { refusalIn, withoutRefusal, type Refusal } from './refusal';

/** What to do, by the gateway's word for what went wrong. */
const ADVICE: Readonly<Record<string, string>> = {
  no_role:
    'The identity provider knows you, but no role in this gateway is meant for you. Ask who runs it, with the id below.',
  sign_in_denied: 'The identity provider did not sign you in, or you have broken it off there. Begin again.',
  sign_in_expired:
    'This sign-in was not begun in this browser, took more than ten minutes, or is over already. Begin again here.',
  sign_in_failed:
    'The identity provider did not confirm who you are. Begin again; if it stays so, ask who runs this gateway, with the id below.',
  identity_provider_unavailable: 'The identity provider does not answer. Begin again in a moment.',
  too_many_wrong_keys: 'Too many attempts have come from your network. Begin again in a minute.',
  https_required: 'Signing in needs https. Open the dashboard at the address that your administrator has told you.',
};

/** A way to sign in with each identity provider, and why that has not worked just now. */
export function SignInElsewhere() {
  const [refusal] = useState(() => refusalIn(location.href));
  const { data } = useQuery(identityProvidersQuery);
  const providers = data?.data ?? [];
  return (
    <>
      {refusal && <ErrorNotice error={errorOf(refusal)} />}
      {providers.map(({ id, name }) => (
        <Button key={id} look="plain" className="w-full min-w-0 justify-center" asChild>
          <a href={`/admin/v1/session/oidc/${id}?return_to=${encodeURIComponent(withoutRefusal(location.href))}`}>
            <span className="truncate" title={name}>
              Sign in with {name}
            </span>
          </a>
        </Button>
      ))}
      {providers.length > 0 && <p className="text-center text-sm text-muted">or with a key</p>}
    </>
  );
}

function errorOf({ code, requestId }: Refusal): ApiError {
  // Anybody can write an address, and any word of it.
  const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  return new ApiError(advice ?? 'You were not signed in. Begin again.', { status: 403, code, requestId });
}
