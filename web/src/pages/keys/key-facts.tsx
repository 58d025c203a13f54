import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { AccessFacts } from '../../components/access/access-facts';
import { Facts } from '../../components/facts';
import { Instant } from '../../components/instant';
import { Money } from '../../components/money';
import { LogsLink } from '../../components/logs-link';
import { KeyState } from './keys-table';

/** Everything that there is to know of a key. */
export function KeyFacts({ stored }: { stored: Schemas['Key'] }) {
  return (
    <AccessFacts stored={stored}>
      <Facts
        facts={[
          ['State', <KeyState key="state" value={stored} />],
          [
            'Spend',
            <LogsLink key="spend" filter={{ key_id: [stored.id] }} time={{ from: stored.created_at }}>
              <Money usd={stored.spend_usd} />
            </LogsLink>,
          ],
          [
            'Team',
            stored.team === null ? (
              'none'
            ) : (
              <Link
                key="team"
                to="/keys"
                search={{ team: stored.team }}
                className="underline underline-offset-2"
                dir="auto"
              >
                {stored.team}
              </Link>
            ),
          ],
          [
            'Owner',
            <span key="owner" dir="auto">
              {stored.user ?? 'nobody in particular'}
            </span>,
          ],
          ['Last used', <Instant key="used" at={stored.last_used_at} />],
          ['Made', <Instant key="made" at={stored.created_at} look="full" />],
          ['Expires', <Instant key="expires" at={stored.expires_at} look="full" />],
          ...(stored.previous_secret_expires_at === null
            ? []
            : [['Secret before', <Before key="before" at={stored.previous_secret_expires_at} />] as const]),
          ['Cache', stored.cache ? 'its answers may be cached' : 'its answers are never cached'],
          ['Provider keys', stored.allow_provider_keys ? 'callers may bring their own' : 'only those of the gateway'],
          [
            'Id',
            <span key="id" className="mono break-all">
              {stored.id}
            </span>,
          ],
        ]}
      />
    </AccessFacts>
  );
}

function Before({ at }: { at: string }) {
  return (
    <>
      goes on until <Instant at={at} look="full" />
    </>
  );
}
