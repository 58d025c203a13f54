import { Pause, Play } from 'lucide-react';
import { useCallback } from 'react';
import { Button } from '../../../components/button';
import { classNames } from '../../../components/class-names';
import { usePlayer, type PlayerClock } from '../../../components/player-clock';
import { PlayerPosition } from '../../../components/player-position';

/** Plays a recording that this browser still has. */
export function RecordingPlayer({ clock, file }: { clock: PlayerClock; file: File }) {
  const isPlaying = usePlayer(clock, (player) => player.isPlaying);
  const isUnplayable = usePlayer(clock, (player) => player.isUnplayable);
  const attach = useCallback(
    (element: HTMLVideoElement) => {
      const url = URL.createObjectURL(file);
      element.src = url;
      const letGo = clock.attach(element);
      return () => {
        letGo();
        element.removeAttribute('src');
        URL.revokeObjectURL(url);
      };
    },
    [clock, file],
  );
  return (
    <div
      role="group"
      aria-label="Player"
      className={classNames(
        'flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line px-3 py-2',
        isUnplayable && 'hidden',
      )}
    >
      <video ref={attach} preload="auto" aria-label={file.name} className="hidden">
        <track kind="captions" />
      </video>
      <Button look="primary" size="icon" aria-label={isPlaying ? 'Pause' : 'Play'} onClick={() => clock.toggle()}>
        {isPlaying ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
      </Button>
      <PlayerPosition clock={clock} />
      <bdi className="min-w-0 flex-1 truncate text-sm text-muted max-sm:hidden">{file.name}</bdi>
    </div>
  );
}
