import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { AccessFacts } from '../../components/access/access-facts';
import { Dialog } from '../../components/dialog';
import { Facts } from '../../components/facts';
import { Instant } from '../../components/instant';
import { ErrorNotice } from '../../components/notice';
import { LogsLink } from '../../components/logs-link';
import { UsageLinks } from '../../components/usage-links';
import { formatUsd } from '../../format/money';
import { TeamActions } from './team-actions';
import { useZone } from '../../frame/zone';
import { TeamForm } from './team-form';
import { teamValues } from './team-values';
import { KeysLink, TeamState } from './teams-table';
import { changeTeam, rereadTeams, teamQuery } from './teams.queries';

/** One team: everything of it, and what can be done with it. */
export function TeamDrawer() {
  const { team: id } = useParams({ from: '/teams/$team' });
  const navigate = useNavigate({ from: '/teams/$team' });
  const queries = useQueryClient();
  const zone = useZone();
  const mayWrite = useMay('teams.write');
  const [isEditing, setIsEditing] = useState(false);
  const { data: team, error, refetch } = useQuery(teamQuery(id));
  const close = () => void navigate({ to: '/teams', search: (search) => search });
  return (
    <Dialog place="drawer" title={<span dir="auto">{team?.name ?? 'Team'}</span>} onClose={close}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {team && isEditing && (
        <TeamForm
          values={teamValues(team, zone)}
          label="Save"
          send={(values) => changeTeam(team, values, zone)}
          onDone={async () => {
            await rereadTeams(queries);
            setIsEditing(false);
          }}
          onCancel={() => setIsEditing(false)}
        />
      )}
      {team && !isEditing && (
        <div className="flex flex-col gap-5">
          <div className="flex flex-wrap gap-2">
            {mayWrite && <TeamActions stored={team} onEdit={() => setIsEditing(true)} onDeleted={close} />}
            <UsageLinks filter={{ team_id: team.id }} />
          </div>
          <TeamFacts stored={team} />
        </div>
      )}
    </Dialog>
  );
}

function TeamFacts({ stored }: { stored: Schemas['Team'] }) {
  return (
    <AccessFacts stored={stored}>
      <Facts
        facts={[
          ['State', <TeamState key="state" value={stored} />],
          [
            'Spend',
            <LogsLink key="spend" filter={{ team_id: [stored.id] }} time={{ from: stored.created_at }}>
              {formatUsd(stored.spend_usd)}
            </LogsLink>,
          ],
          ['Keys', <KeysLink key="keys" team={stored.name} />],
          ['Logs', stored.holders_may_read_logs ? 'holders of its keys read their own' : 'for administrators alone'],
          ['Made', <Instant key="made" at={stored.created_at} look="full" />],
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
