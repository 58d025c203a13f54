import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import { CopyButton } from '../../../components/copy-button';
import { NO_FILTERS, type LogSearch } from '../log-search';
import { Facts, Section } from './section';

/** By which ids a request is found elsewhere, and whose it is; each leads to the logs that are like it. */
export function WhoSection({ log }: { log: Schemas['Log'] }) {
  const { id, key_id, key_name, team_id, team_name, end_user, tags, trace_id, upstream_request_id, model, provider } =
    log;
  return (
    <Section title="Ids and callers">
      <Facts
        facts={[
          ['Request', <Id key="id" id={id} />],
          trace_id !== null && [
            'Trace',
            <Id key="trace" id={trace_id}>
              <Like filters={{ trace_id: [trace_id] }}>{trace_id}</Like>
            </Id>,
          ],
          upstream_request_id !== null && [
            provider ? `By ${provider}` : 'Provider',
            <Id key="up" id={upstream_request_id} />,
          ],
          log.cached_request_id !== null && [
            'First answered',
            <Link key="cached" to="/logs/$id" params={{ id: log.cached_request_id }} search className={LINK}>
              <span className="mono">{log.cached_request_id}</span>
            </Link>,
          ],
          [
            'Key',
            <Like key="key" filters={{ key_id: [key_id ?? 'master'] }}>
              {key_name}
            </Like>,
          ],
          team_id !== null && [
            'Team',
            <Like key="team" filters={{ team_id: [team_id] }}>
              {team_name ?? team_id}
            </Like>,
          ],
          end_user !== null && [
            'User',
            <Like key="user" filters={{ end_user: [end_user] }}>
              {end_user}
            </Like>,
          ],
          tags.length > 0 && [
            'Tags',
            <span key="tags" className="flex flex-wrap gap-x-3">
              {tags.map((tag) => (
                <Like key={tag} filters={{ tag: [tag] }}>
                  {tag}
                </Like>
              ))}
            </span>,
          ],
          model !== null && [
            'Model',
            <Like key="model" filters={{ model: [model] }}>
              {model}
            </Like>,
          ],
          ['Asked for', askedFor(log)],
          log.client_ip !== null && [
            'From',
            <span key="ip" className="mono">
              {log.client_ip}
            </span>,
          ],
          log.user_agent !== null && ['Client', log.user_agent],
        ]}
      />
    </Section>
  );
}

const LINK = 'text-accent hover:underline break-all';

function askedFor({ task, response_format, stream, language, cache }: Schemas['Log']): string {
  return [task, response_format, stream && 'as a stream', language, cache && `cache ${cache}`]
    .filter(Boolean)
    .join(' · ');
}

function Id({ id, children }: { id: string; children?: ReactNode }) {
  return (
    <span className="flex items-center gap-1">
      <span className="mono min-w-0 break-all">{children ?? id}</span>
      <span className="-my-1 shrink-0">
        <CopyButton text={id} />
      </span>
    </span>
  );
}

function Like({ filters, children }: { filters: Partial<LogSearch>; children: ReactNode }) {
  return (
    <Link to="/logs" search={(search) => ({ ...search, ...NO_FILTERS, ...filters })} className={LINK}>
      <bdi>{children}</bdi>
    </Link>
  );
}
