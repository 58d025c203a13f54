import { useQuery } from '@tanstack/react-query';
import { Play, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { api } from '../../api/client';
import { useMay, useSession } from '../../api/session';
import { Button } from '../../components/button';
import { Empty } from '../../components/empty';
import { ErrorNotice, Notice } from '../../components/notice';
import { Page } from '../../components/page';
import { captionsOf } from './captions';
import { Column } from './column';
import { MAX_COLUMNS, type TranscribingModel } from './column-wish';
import { Comparison } from './comparison';
import { curlOf } from './curl';
import { DropAnywhere } from './drop-anywhere';
import { comparedOf, type Heard } from './heard';
import { otherWordsOf } from './other-words';
import { KeptChoice, useKept } from './kept-choice';
import { Player } from './player';
import { PlayerClock } from '../../components/player-clock';
import { useRecording, type Recording } from './recording';
import { usePageKeys } from './shortcuts';
import { SourceBar } from './source-bar';
import { Spent } from './spent';
import type { OtherWords } from './transcript';
import { useColumns } from './use-columns';
import { useRecorder } from './use-recorder';
import { useRuns } from './use-runs';

const NO_MODELS: readonly TranscribingModel[] = [];
const NO_DIFFERENCES: ReadonlyMap<number, readonly OtherWords[]> = new Map();

/** Where a recording goes through several models at once, and what they heard is looked at side by side. */
export function PlaygroundPage() {
  const session = useSession();
  const {
    data: models = NO_MODELS,
    error,
    isPending,
    refetch,
  } = useQuery({
    queryKey: ['models', 'transcribing'],
    enabled: session.may_use_audio,
    queryFn: async () => {
      const { data } = await api.GET('/v1/models');
      return (data?.data ?? []).flatMap(({ transcription, ...model }) =>
        transcription ? [{ ...model, transcription }] : [],
      );
    },
  });
  if (!session.may_use_audio) {
    return (
      <Page title="Playground">
        <Notice tone="info">
          {session.role === null
            ? 'The key of this session may not send recordings: its endpoints leave the audio routes out.'
            : `The role ${session.role} may look, and send no recordings. An owner or admin may, and so may an API key.`}
        </Notice>
      </Page>
    );
  }
  return (
    <Page title="Playground">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!error && !isPending && models.length === 0 && (
        <Empty title="No model takes recordings">
          Add a provider's key and a model, and it is here. The sandbox is a model that needs none.
        </Empty>
      )}
      {!error && models.length > 0 && <Workbench models={models} />}
    </Page>
  );
}

function Workbench({ models }: { models: readonly TranscribingModel[] }) {
  const [clock] = useState(() => new PlayerClock());
  const { recording, takeFile, takeAddress } = useRecording();
  const { columns, change, remove, add } = useColumns(models);
  const kept = useKept();
  const {
    runs,
    spendings,
    start,
    cancel,
    remove: removeRun,
    clear,
  } = useRuns({ kept, readsLogs: useMay('logs.read') });
  const onFile = (file: File) => {
    clear();
    void takeFile(file);
  };
  const onAddress = (address: string) => {
    clear();
    takeAddress(address);
  };
  const { state: recorder, start: record, stop } = useRecorder(onFile);
  const canRun = recording !== undefined && columns.some(({ model }) => model !== undefined);
  const runAll = () => {
    if (!recording) return;
    for (const [index, wish] of columns.entries()) if (wish.model !== undefined) void start(index, wish, recording);
  };
  usePageKeys(
    {
      Enter: runAll,
      ' ': () => void record(),
      p: () => clock.toggle(),
      ArrowLeft: () => clock.seek(clock.seconds - 5),
      ArrowRight: () => clock.seek(clock.seconds + 5),
    },
    { onSpace: stop },
  );
  const heards = useHeards(columns.map((_, index) => runs[index]?.shown?.heard));
  const differing = useMemo(() => otherWordsOf(heards), [heards]);
  const compared = heards.flatMap((heard, index) =>
    heard ? [{ label: String(index + 1), model: runs[index]?.wish.model ?? '', plain: comparedOf(heard).plain }] : [],
  );
  const captions = useMemo(
    () =>
      heards.flatMap((heard, index) => {
        const vtt = heard && captionsOf(heard);
        return vtt === undefined ? [] : [{ label: String(index + 1), vtt }];
      }),
    [heards],
  );
  return (
    <>
      <DropAnywhere onFile={onFile} onAddress={onAddress} />
      <SourceBar
        recording={recording}
        clock={clock}
        recorder={recorder}
        onFile={onFile}
        onAddress={onAddress}
        onRecord={() => void record()}
        onStop={stop}
      />
      {recording?.kind === 'file' && <Player clock={clock} recording={recording} captions={captions} />}
      <div className="flex flex-wrap items-start gap-x-6 gap-y-2">
        <KeptChoice kept={kept} />
        <div className="ml-auto flex gap-2">
          {add && (
            <Button onClick={add}>
              <Plus size={16} aria-hidden /> Add column
            </Button>
          )}
          <Button look="primary" disabled={!canRun} onClick={runAll} aria-keyshortcuts="Enter">
            <Play size={16} aria-hidden /> Run all <kbd className="text-xs">⏎</kbd>
          </Button>
        </div>
      </div>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,240px),1fr))] gap-3">
        {columns.map((wish, index) => (
          <Column
            // Columns have no names of their own, and what one holds moves with its place.
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            number={index + 1}
            wish={wish}
            models={models}
            run={runs[index]}
            differing={differing[index] ?? NO_DIFFERENCES}
            clock={clock}
            curl={recording && curlOf(location.origin, wish, sourceOf(recording), kept)}
            filename={`${recording?.kind === 'file' ? recording.file.name.replace(/\.[^.]*$/, '') : 'recording'}.${index + 1}`}
            onChange={(to) => change(index, to)}
            onRun={recording && ((again) => void start(index, again, recording, true))}
            onCancel={() => cancel(index)}
            onRemove={
              columns.length > 1
                ? () => {
                    removeRun(index);
                    remove(index);
                  }
                : undefined
            }
          />
        ))}
      </div>
      {compared.length > 0 && <Comparison columns={compared} />}
      {spendings.length > 0 && <Spent spendings={spendings} />}
    </>
  );
}

/** The same list for as long as it holds the same, so that what is made of it is made once. */
function useHeards(heards: readonly (Heard | undefined)[]): readonly (Heard | undefined)[] {
  const [first, second, third, fourth] = heards;
  const count = heards.length;
  return useMemo(
    () => [first, second, third, fourth].slice(0, Math.min(count, MAX_COLUMNS)),
    [first, second, third, fourth, count],
  );
}

function sourceOf(recording: Recording): { filename: string } | { address: string } {
  return recording.kind === 'file' ? { filename: recording.file.name } : { address: recording.address };
}
