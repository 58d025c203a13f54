import { FileAudio, Globe, Mic, Square } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../../components/button';
import { classNames } from '../../components/class-names';
import { TextField } from '../../components/field';
import { Notice } from '../../components/notice';
import { formatBytes } from '../../format/amounts';
import { formatClock } from '../../format/time';
import { LevelMeter } from './level-meter';
import { usePlayer, type PlayerClock } from '../../components/player-clock';
import { addressIn, type Recording } from './recording';
import type { RecorderState } from './use-recorder';

/** What is transcribed: dropped, chosen, pasted or recorded, and what is known of it. */
export function SourceBar({
  recording,
  clock,
  recorder,
  onFile,
  onAddress,
  onRecord,
  onStop,
}: {
  recording: Recording | undefined;
  clock: PlayerClock;
  recorder: RecorderState;
  onFile: (file: File) => void;
  onAddress: (address: string) => void;
  onRecord: () => void;
  onStop: () => void;
}) {
  const chooser = useRef<HTMLInputElement>(null);
  const [isAsking, setIsAsking] = useState(false);
  const isRecording = recorder.name === 'recording';
  return (
    <section
      aria-label="Recording"
      className={classNames(
        'flex flex-col gap-3 rounded-lg border border-dashed border-line-strong bg-surface px-4',
        recording ? 'py-3' : 'py-10',
      )}
    >
      <div className={classNames('flex flex-wrap items-center gap-2', !recording && 'justify-center')}>
        <p
          className={classNames(
            'min-w-0 text-muted',
            recording ? 'mr-auto max-md:w-full' : 'mb-2 w-full text-center text-lg',
          )}
        >
          Drop audio or video anywhere, paste an address, or hold{' '}
          <kbd className="rounded-sm border border-line px-1 text-xs">Space</kbd> to record.
        </p>
        {isRecording && <LevelMeter stream={recorder.stream} startedAt={recorder.startedAt} />}
        <Button onClick={() => chooser.current?.click()}>
          <FileAudio size={16} aria-hidden /> Choose a file
        </Button>
        <Button onClick={() => setIsAsking((is) => !is)} aria-expanded={isAsking}>
          <Globe size={16} aria-hidden /> Address
        </Button>
        <Button
          onClick={isRecording ? onStop : onRecord}
          disabled={recorder.name === 'asking'}
          aria-keyshortcuts="Space"
        >
          {isRecording ? <Square size={16} aria-hidden /> : <Mic size={16} aria-hidden />}
          {isRecording ? 'Stop' : 'Record'}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept="audio/*,video/*,.flac,.m4a,.mka,.mkv,.opus,.wma,.amr,.caf"
          aria-label="Audio or video file"
          className="sr-only"
          tabIndex={-1}
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) onFile(file);
            target.value = '';
          }}
        />
      </div>
      {isAsking && <AddressForm onAddress={(address) => (setIsAsking(false), onAddress(address))} />}
      {recorder.name === 'idle' && recorder.problem !== undefined && <Notice tone="warn">{recorder.problem}</Notice>}
      {recording && <Known recording={recording} clock={clock} />}
    </section>
  );
}

function AddressForm({ onAddress }: { onAddress: (address: string) => void }) {
  const [problem, setProblem] = useState<string>();
  return (
    <form
      className="flex items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const said = new FormData(event.currentTarget).get('url');
        const address = addressIn(typeof said === 'string' ? said : '');
        if (address === undefined) setProblem('This is no http or https address.');
        else onAddress(address);
      }}
    >
      <TextField
        label="Address of a recording"
        name="url"
        type="url"
        className="max-w-2xl flex-1"
        autoFocus
        error={problem}
        hint="A provider that takes addresses gets it; for others the gateway fetches it, where FETCH_URLS allows that."
      />
      <Button type="submit" className="mt-6">
        Take it
      </Button>
    </form>
  );
}

function Known({ recording, clock }: { recording: Recording; clock: PlayerClock }) {
  const duration = usePlayer(clock, ({ duration }) => duration);
  const isUnplayable = usePlayer(clock, (player) => player.isUnplayable);
  if (recording.kind === 'address') {
    return (
      <p className="min-w-0 break-all">
        <span className="font-medium">{recording.address}</span>{' '}
        <span className="text-sm text-muted">· not loaded by this page, so that there is no player</span>
      </p>
    );
  }
  const { file, container } = recording;
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-3" data-testid="known">
      <bdi className="min-w-0 font-medium break-all">{file.name}</bdi>
      <span className="text-sm text-muted" title={duration === undefined ? undefined : `${duration} s`}>
        {duration === undefined
          ? isUnplayable
            ? 'length not known to this browser'
            : 'reading its length'
          : formatClock(duration)}
      </span>
      <span className="text-sm text-muted">{container ?? (file.type || 'container not known here')}</span>
      <span className="text-sm text-muted" title={`${file.size} bytes`}>
        {formatBytes(file.size)}
      </span>
      {isUnplayable && (
        <span className="text-sm text-muted">
          This browser cannot play it. The gateway can be sent it all the same.
        </span>
      )}
    </p>
  );
}
