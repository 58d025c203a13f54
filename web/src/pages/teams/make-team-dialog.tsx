import { useQueryClient } from '@tanstack/react-query';
import { Dialog } from '../../components/dialog';
import { useZone } from '../../frame/zone';
import { TeamForm } from './team-form';
import { teamValues } from './team-values';
import { makeTeam, rereadTeams } from './teams.queries';

/** Makes a team. */
export function MakeTeamDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const zone = useZone();
  return (
    <Dialog
      title="Make a team"
      description="Keys may then belong to it. What it allows and limits holds for all of them together."
      onClose={onClose}
    >
      <TeamForm
        values={teamValues(undefined, zone)}
        label="Make the team"
        send={(values) => makeTeam(values, zone)}
        onDone={() => {
          void rereadTeams(queries);
          onClose();
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
