import { useQueryClient } from '@tanstack/react-query';
import { api, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { rereadServing } from '../../api/serving';

/** Asks before a model is deleted. */
export function DeleteModel({ model, onClose }: { model: Schemas['Model']; onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      title={`Delete ${model.name}`}
      typed={model.name}
      action="Delete the model"
      run={() => api.DELETE('/admin/v1/models/{model}', { params: { path: { model: model.id } } })}
      onClose={onClose}
      onDone={() => {
        onClose();
        void rereadServing(queries);
      }}
    >
      <p>Its {model.deployments.length} deployments go with it. Requests that ask for it get a 404. Its logs stay.</p>
    </ConfirmDialog>
  );
}
