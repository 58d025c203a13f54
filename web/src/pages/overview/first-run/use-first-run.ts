import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answered } from '../../../api/analytics';
import { api, type Schemas } from '../../../api/client';
import { useMay, useSession } from '../../../api/session';
import { FIRST_ROWS, isFirstMinute, modelsToTry, type Progress } from './steps';

const KEPT_AS = 'auricle.first-run';
/** How often it is looked whether a step was done elsewhere. */
const AGAIN_MS = 2000;

/** The way from an empty gateway to an application's first request. */
export interface FirstRun {
  readonly isShown: boolean;
  /** Whether nothing was ever sent, so that there is nothing else to show. */
  readonly isEmpty: boolean;
  readonly progress: Progress;
  readonly models: ReturnType<typeof modelsToTry>;
  /** The first row of an application. */
  readonly arrival: Schemas['LogListItem'] | undefined;
  readonly dismiss: () => void;
}

/** Where the first steps are. Who may not take them, or has sent them away, does not see them. */
export function useFirstRun(): FirstRun {
  const { may_use_audio } = useSession();
  const mayMakeKeys = useMay('keys.write');
  const mayReadModels = useMay('models.read');
  const mayReadLogs = useMay('logs.read');
  const [isDismissed, setIsDismissed] = useState(wasDismissed);
  const mayStep = may_use_audio && mayMakeKeys && mayReadModels && mayReadLogs && !isDismissed;
  const first = useQuery({
    queryKey: ['first-run', 'rows'],
    queryFn: async () => {
      const query = { limit: FIRST_ROWS, fields: 'id,key_id,key_name,created_at,model,status' };
      return answered((await api.GET('/admin/v1/logs', { params: { query } })).data).data;
    },
    enabled: mayStep,
    refetchInterval: ({ state }) => (state.data && isFirstMinute(state.data) ? AGAIN_MS : false),
  });
  // Once it is shown it stays, also when the last step is done, until it is sent away.
  const [wasShown, setWasShown] = useState(false);
  const isFirst = first.data !== undefined && isFirstMinute(first.data);
  if (isFirst && !wasShown) setWasShown(true);
  const isShown = mayStep && (isFirst || wasShown);
  const models = useQuery({
    queryKey: ['first-run', 'models'],
    queryFn: async () => answered((await api.GET('/admin/v1/models', { params: { query: { limit: 100 } } })).data).data,
    enabled: isShown,
    refetchInterval: AGAIN_MS * 5,
  });
  const keys = useQuery({
    queryKey: ['first-run', 'keys'],
    queryFn: async () => answered((await api.GET('/admin/v1/keys', { params: { query: { limit: 1 } } })).data).data,
    enabled: isShown,
    refetchInterval: AGAIN_MS * 5,
  });
  const arrival = first.data?.find(({ key_id }) => key_id);
  const toTry = modelsToTry(models.data ?? []);
  return {
    isShown,
    isEmpty: isShown && first.data?.length === 0,
    models: toTry,
    arrival,
    progress: {
      model: toTry.length > 0,
      tried: (first.data?.length ?? 0) > 0,
      key: (keys.data?.length ?? 0) > 0,
      arrived: arrival !== undefined,
    },
    dismiss: () => {
      setIsDismissed(true);
      keepDismissed();
    },
  };
}

function wasDismissed(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === 'dismissed';
  } catch {
    return false;
  }
}

function keepDismissed(): void {
  try {
    localStorage.setItem(KEPT_AS, 'dismissed');
  } catch {
    // A browser that stores nothing shows them again.
  }
}
