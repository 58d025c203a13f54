import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, ApiError, type Schemas } from '../../api/client';
import { useSession } from '../../api/session';
import { Button } from '../../components/button';
import { SelectField, TextField } from '../../components/field';
import { ErrorNotice } from '../../components/notice';
import { rereadKeys } from './keys.queries';

const openSecretDialog = async () => ({ default: (await import('./secret-dialog')).SecretDialog });
const SecretDialog = lazy(openSecretDialog);
const MakeKeyDialog = lazy(async () => ({ default: (await import('./make-key-dialog')).MakeKeyDialog }));

/** A key of which nothing is said but its name. */
const PLAIN: Omit<Schemas['CreateKey'], 'name' | 'team'> = {
  models: null,
  endpoints: null,
  allowed_addresses: null,
  user: null,
  expires_at: null,
  blocked: false,
  cache: true,
  allow_provider_keys: false,
  budgets: [],
  redaction: null,
  privacy: null,
  limits: null,
  tags: [],
  metadata: {},
};

/** Makes a key of a name alone, or of all that can be said of one. */
export function MakeKey() {
  const queries = useQueryClient();
  const { teams } = useSession();
  const [name, setName] = useState('');
  // Whoever has teams makes keys in one of them only.
  const [team, setTeam] = useState(teams?.[0]?.name ?? null);
  const [made, setMade] = useState<Schemas['CreatedKey']>();
  const [isAskingMore, setIsAskingMore] = useState(false);
  const onMade = (key: Schemas['CreatedKey'] | undefined) => {
    setIsAskingMore(false);
    setMade(key);
    setName('');
    void rereadKeys(queries);
  };
  const make = useMutation({
    // The answer holds the secret.
    gcTime: 0,
    mutationFn: async () => {
      // A secret is shown once: what shows it has to be here before.
      await openSecretDialog();
      const { data } = await api.POST('/admin/v1/keys', { body: { ...PLAIN, name: name.trim(), team } });
      return data;
    },
    onSuccess: (key) => {
      make.reset();
      onMade(key);
    },
  });
  const nameError = make.error instanceof ApiError && make.error.param === 'name' ? make.error.message : undefined;
  return (
    <>
      <form
        className="flex flex-wrap items-start gap-2 max-sm:w-full"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextField
          label="Name of a new key"
          hideLabel
          required
          maxLength={200}
          placeholder="Name of a new key"
          autoComplete="off"
          className="w-64 max-sm:w-full"
          value={name}
          onChange={(event) => {
            setName(event.target.value);
            if (make.error) make.reset();
          }}
          error={nameError}
        />
        {teams && teams.length > 1 && (
          <SelectField
            label="Team of the new key"
            hideLabel
            className="w-44"
            value={team ?? ''}
            onChange={(event) => setTeam(event.target.value)}
          >
            {teams.map((one) => (
              <option key={one.id} value={one.name}>
                {one.name}
              </option>
            ))}
          </SelectField>
        )}
        <Button look="primary" type="submit" disabled={make.isPending}>
          Make a key
        </Button>
        <Button onClick={() => setIsAskingMore(true)}>More</Button>
      </form>
      {make.error && nameError === undefined && <ErrorNotice error={make.error} />}
      <Suspense>
        {isAskingMore && (
          <MakeKeyDialog name={name} team={team ?? ''} onMade={onMade} onClose={() => setIsAskingMore(false)} />
        )}
        {made && <SecretDialog made={made} title={`Key ${made.name}`} onClose={() => setMade(undefined)} />}
      </Suspense>
    </>
  );
}
