import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { api, type Schemas } from '../../api/client';
import { useMay } from '../../api/session';
import { Button } from '../../components/button';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Dialog } from '../../components/dialog';
import { TextField } from '../../components/field';
import { FormButtons } from '../../components/forms/form-buttons';
import { useFormMutation } from '../../components/forms/use-form-mutation';
import { Notice } from '../../components/notice';
import { rereadServing } from '../../api/serving';
import { testDeployment } from '../../components/serving/test-deployment';
import { TestResult } from '../../components/serving/test-result';

/** Gives a credential another secret and calls a deployment with it; or deletes the credential. */
export function ReplaceSecret({ credential, onClose }: { credential: Schemas['Credential']; onClose: () => void }) {
  const queries = useQueryClient();
  const mayTest = useMay('models.write');
  const [result, setResult] = useState<Schemas['DeploymentTest'] | 'untested'>();
  const [isDeleting, setIsDeleting] = useState(false);
  const form = useForm({ defaultValues: { api_key: '' } });
  const params = { path: { credential: credential.id } };
  const first = credential.used_by[0];
  const mutation = useFormMutation(form, {
    send: async ({ api_key }) => {
      await api.PATCH('/admin/v1/credentials/{credential}', { params, body: { api_key: api_key.trim() } });
      return first && mayTest ? await testDeployment(first.deployment_id) : undefined;
    },
    onDone: (tested) => {
      // A secret must not be found in the page afterwards.
      form.reset();
      setResult(tested ?? 'untested');
      void rereadServing(queries);
    },
  });
  return (
    <Dialog
      title={`Replace the secret of ${credential.name}`}
      description={`${credential.provider} ${credential.preview}`}
      onClose={onClose}
    >
      <form className="flex flex-col gap-4" onSubmit={mutation.submit}>
        <TextField
          label="New secret"
          type="password"
          autoComplete="off"
          required
          hint={
            first ? `It is tested with the model ${first.model}.` : 'No deployment uses it, so that it is not tested.'
          }
          error={form.formState.errors.api_key?.message}
          {...form.register('api_key')}
        />
        {result === 'untested' && <Notice tone="info">It is stored. Nothing was called with it yet.</Notice>}
        {result && result !== 'untested' && <TestResult result={result} />}
        <Button look="danger" className="self-start" onClick={() => setIsDeleting(true)}>
          Delete the credential
        </Button>
        <FormButtons form={mutation} label="Replace and test" onCancel={onClose} />
      </form>
      {isDeleting && (
        <ConfirmDialog
          title={`Delete ${credential.name}`}
          typed={credential.name}
          action="Delete"
          run={() => api.DELETE('/admin/v1/credentials/{credential}', { params })}
          onClose={() => setIsDeleting(false)}
          onDone={() => {
            onClose();
            void rereadServing(queries);
          }}
        >
          <p>Only a credential that no deployment uses is deleted.</p>
        </ConfirmDialog>
      )}
    </Dialog>
  );
}
