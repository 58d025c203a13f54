import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { api, ApiError } from '../../../api/client';
import { useMay } from '../../../api/session';
import { Button } from '../../../components/button';
import { Empty } from '../../../components/empty';
import { ErrorNotice, Notice } from '../../../components/notice';
import { Panel } from '../../../components/panel';
import { configFileQuery } from '../settings.queries';
import { FileFacts } from './file-facts';
import { FileProblems } from './file-problems';
import { reloadWords } from './reload-words';

const ReloadDialog = lazy(async () => ({ default: (await import('./reload-dialog')).ReloadDialog }));

/** What the configuration file says, what of it has no effect and why, and the way to read it again. */
export function ConfigFile() {
  const queries = useQueryClient();
  const mayReload = useMay('configuration.write');
  const [isAsking, setIsAsking] = useState(false);
  const { data, error, refetch } = useQuery(configFileQuery);
  const reload = useMutation({
    mutationFn: async () => {
      const before = data?.models ?? [];
      const { data: after } = await api.POST('/admin/v1/config/reload');
      return after && reloadWords(before, after);
    },
    // All that a page shows may be another by then.
    onSuccess: () => queries.invalidateQueries(),
  });
  if (error instanceof ApiError && error.code === 'no_config_file') return <NoFile />;
  return (
    <>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && (
        <Panel
          title="What it says"
          actions={
            mayReload && (
              <Button size="small" onClick={() => setIsAsking(true)}>
                <RotateCw size={14} aria-hidden /> Read it again
              </Button>
            )
          }
        >
          <div className="flex flex-col gap-3">
            {reload.data && (
              <Notice tone="info">
                {reload.data} <ChangesLink />
              </Notice>
            )}
            <FileFacts file={data} />
          </div>
        </Panel>
      )}
      {data && (
        <Panel title="What has no effect, or needs a look" isFlush>
          <FileProblems problems={data.problems} />
        </Panel>
      )}
      <Suspense>
        {isAsking && (
          <ReloadDialog
            reload={() => reload.mutateAsync()}
            onClose={() => setIsAsking(false)}
            onDone={() => setIsAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}

function ChangesLink() {
  if (!useMay('audit.read')) return null;
  return (
    <Link to="/audit" search={{ kind: 'configuration_file' }} className="underline underline-offset-2">
      What its changes were
    </Link>
  );
}

function NoFile() {
  return (
    <Empty title="The gateway was started without a configuration file">
      Models, keys and what holds for all requests are made here and with the admin API. A file in LiteLLM's grammar can
      declare models and settings: start the gateway with <code className="mono">--config FILE</code> or{' '}
      <code className="mono">CONFIG_FILE</code>.
    </Empty>
  );
}
