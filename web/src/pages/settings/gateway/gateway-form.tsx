import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import { api, type Schemas } from '../../../api/client';
import { useMay } from '../../../api/session';
import { BoundFields, PrivacyFields } from '../../../components/access/access-fields';
import type { AccessValues } from '../../../components/access/access-values';
import { Button } from '../../../components/button';
import { classNames } from '../../../components/class-names';
import { useFormMutation } from '../../../components/forms/use-form-mutation';
import type { Zone } from '../../../format/time';
import { useZone } from '../../../frame/zone';
import { gatewayQuery } from '../settings.queries';
import { gatewayChanges, gatewayValues } from './gateway-values';

/** Changes what holds for all requests; to whom may not, it shows it. */
export function GatewayForm({ stored }: { stored: Schemas['Gateway'] }) {
  const zone = useZone();
  // What is written in it means something by the clocks of one zone.
  return <FormIn key={zone} zone={zone} stored={stored} />;
}

function FormIn({ stored, zone }: { stored: Schemas['Gateway']; zone: Zone }) {
  const queries = useQueryClient();
  const mayWrite = useMay('gateway.write');
  const [isSaved, setIsSaved] = useState(false);
  const form = useForm<AccessValues>({ defaultValues: gatewayValues(stored, zone) });
  const mutation = useFormMutation(form, {
    send: async (values) => {
      setIsSaved(false);
      return (await api.PATCH('/admin/v1/gateway', { body: gatewayChanges(stored, values, zone) })).data;
    },
    onDone: (saved) => {
      if (!saved) return;
      queries.setQueryData(gatewayQuery.queryKey, saved);
      form.reset(gatewayValues(saved, zone));
      setIsSaved(true);
    },
  });
  const { isDirty } = form.formState;
  return (
    <FormProvider {...form}>
      <form onSubmit={mutation.submit}>
        <fieldset
          disabled={!mayWrite}
          className="flex flex-col gap-4 [&>section:first-child]:border-t-0 [&>section:first-child]:pt-0"
        >
          <BoundFields />
          <PrivacyFields hint="Keys and teams may mask more and keep less, never the other way." />
        </fieldset>
        {mayWrite && (
          <div
            className={classNames(
              '-mx-4 mt-4 -mb-4 flex flex-col gap-3 rounded-b-lg border-t border-line bg-surface px-4 py-3',
              // What is changed is not left behind by whoever scrolls.
              isDirty && 'sticky bottom-0 max-sm:bottom-14',
            )}
          >
            {mutation.notice}
            <div className="flex flex-wrap items-center justify-end gap-2">
              <p role="status" className="mr-auto text-sm text-good">
                {isSaved && !isDirty && 'Saved. It holds from now on.'}
              </p>
              <Button disabled={!isDirty} onClick={() => form.reset()}>
                Undo changes
              </Button>
              <Button look="primary" type="submit" disabled={!isDirty || mutation.isPending}>
                Save
              </Button>
            </div>
          </div>
        )}
      </form>
    </FormProvider>
  );
}
