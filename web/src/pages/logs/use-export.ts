import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ask } from '../../api/client';
import { download } from '../../components/download';
import { formatInstant } from '../../format/time';
import { stringifySearch } from '../../frame/addresses';
import { rangeNow, type LogsQuestion } from './use-logs';

/** Saves what the list shows as a file: all of it, not what is loaded. */
export function useExport({ filters, period, zone }: LogsQuestion) {
  const [bytes, setBytes] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const saving = useMutation({
    mutationFn: async (format: 'csv' | 'ndjson') => {
      const stopping = new AbortController();
      stop.current = stopping;
      setBytes(0);
      const search = stringifySearch({ ...filters, ...rangeNow(period, zone), format });
      const response = await ask(`/admin/v1/logs/export${search}`, { signal: stopping.signal });
      const stamp = formatInstant(new Date(), 'utc').replaceAll(':', '').replace(' ', '-');
      await download(response, `logs-${stamp}.${format === 'csv' ? 'csv' : 'jsonl'}`, setBytes);
    },
  });
  const isStopped = saving.error?.name === 'AbortError';
  return {
    bytes,
    isSaving: saving.isPending,
    error: isStopped ? null : saving.error,
    save: (format: 'csv' | 'ndjson') => saving.mutate(format),
    stop: () => stop.current?.abort(),
    forget: () => saving.reset(),
  };
}
