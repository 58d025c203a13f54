import { Pause, Play } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Button } from '../../components/button';
import { classNames } from '../../components/class-names';
import { QuietSelect } from '../../frame/quiet-select';
import { useTheme } from '../../theme/theme';
import { usePlayer, type PlayerClock } from '../../components/player-clock';
import { PlayerPosition } from '../../components/player-position';
import type { Recording } from './recording';
import { Waveform } from './waveform';

/** A text that can be laid over the picture. */
export interface CaptionChoice {
  readonly label: string;
  /** WebVTT. */
  readonly vtt: string;
}

const RATES = ['0.5', '0.75', '1', '1.25', '1.5', '2'];

/** The one player over all columns. A picture is shown where the recording has one. */
export function Player({
  clock,
  recording,
  captions,
}: {
  clock: PlayerClock;
  recording: Extract<Recording, { kind: 'file' }>;
  captions: readonly CaptionChoice[];
}) {
  const hasPicture = usePlayer(clock, (player) => player.hasPicture);
  const isPlaying = usePlayer(clock, (player) => player.isPlaying);
  const isUnplayable = usePlayer(clock, (player) => player.isUnplayable);
  const [chosen, setChosen] = useState('0');
  const theme = useTheme();
  const caption = captions[Number(chosen)];
  const vtt = hasPicture ? caption?.vtt : undefined;
  const attach = useCallback((element: HTMLVideoElement) => clock.attach(element), [clock]);
  const fill = useCallback(
    (track: HTMLTrackElement) => {
      if (vtt === undefined) return undefined;
      const url = URL.createObjectURL(new Blob([vtt], { type: 'text/vtt' }));
      track.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [vtt],
  );
  return (
    <section aria-label="Player" className={classNames('flex flex-col gap-3', isUnplayable && 'hidden')}>
      <video
        key={recording.url}
        ref={attach}
        src={recording.url}
        preload="auto"
        aria-label={recording.file.name}
        className={hasPicture ? 'max-h-[40vh] w-full rounded-lg bg-black' : 'hidden'}
      >
        <track key={vtt} ref={fill} kind="captions" label={caption?.label} default />
      </video>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line bg-surface px-3 py-2">
        <Button
          look="primary"
          size="icon"
          aria-label={isPlaying ? 'Pause' : 'Play'}
          aria-keyshortcuts="p"
          title="p plays and pauses, ← and → go five seconds"
          onClick={() => clock.toggle()}
        >
          {isPlaying ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
        </Button>
        <PlayerPosition clock={clock} />
        <div className="flex min-w-0 flex-1 basis-64 items-center max-sm:order-last max-sm:basis-full">
          <Waveform key={recording.url + theme} clock={clock} url={recording.url} bytes={recording.file.size} />
        </div>
        <Rate clock={clock} />
        {hasPicture && captions.length > 0 && (
          <QuietSelect label="Captions" value={chosen} onChange={setChosen}>
            {captions.map(({ label }, index) => (
              <option key={label} value={index}>
                Captions: {label}
              </option>
            ))}
            <option value="none">No captions</option>
          </QuietSelect>
        )}
      </div>
    </section>
  );
}

function Rate({ clock }: { clock: PlayerClock }) {
  const [rate, setRate] = useState('1');
  return (
    <QuietSelect
      label="Speed"
      value={rate}
      onChange={(wish) => {
        setRate(wish);
        clock.setRate(Number(wish));
      }}
    >
      {RATES.map((each) => (
        <option key={each} value={each}>
          {each}x
        </option>
      ))}
    </QuietSelect>
  );
}
