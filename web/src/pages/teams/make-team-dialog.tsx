import { useQueryClient } from '@tanstack/react-query';
import { accessValues } from '../../components/access/access-values';
import { Dialog } from '../../components/dialog';
import { TeamForm } from './team-form';
import { makeTeam, rereadTeams } from './teams.queries';

/** Makes a team. */
export function MakeTeamDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <Dialog
      title="Make a team"
      description="Keys may then belong to it. What it allows and limits holds for all of them together."
      onClose={onClose}
    >
      <TeamForm
        values={accessValues(undefined)}
        label="Make the team"
        send={makeTeam}
        onDone={() => {
          void rereadTeams(queries);
          onClose();
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
