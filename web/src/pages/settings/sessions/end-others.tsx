import { ConfirmDialog } from '../../../components/confirm-dialog';
import { api } from '../../../api/client';

/** Ends all sessions but the one that asks. */
export function EndOthers({
  isOwner,
  onClose,
  onDone,
}: {
  /** Whether those of others are among them. */
  isOwner: boolean;
  onClose: () => void;
  onDone: () => void;
}) {
  return (
    <ConfirmDialog
      title="End all other sessions"
      action="End them"
      run={() => api.DELETE('/admin/v1/sessions', { params: { query: { except: 'current' } } })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>
        Every session but this one is ended{isOwner && ', whosever it is'}. Who has one signs in again. Keys stay as
        they are.
      </p>
    </ConfirmDialog>
  );
}
