import { formatClock } from '../format/time';
import { usePlayer, type PlayerClock } from './player-clock';

/** Where a player is, to be moved. */
export function PlayerPosition({ clock }: { clock: PlayerClock }) {
  const seconds = usePlayer(clock, (player) => Math.round(player.seconds * 10) / 10);
  const duration = usePlayer(clock, (player) => player.duration);
  return (
    <>
      <span className="text-sm whitespace-nowrap text-muted">
        {formatClock(seconds)} / {duration === undefined ? '–' : formatClock(duration)}
      </span>
      <input
        type="range"
        aria-label="Position"
        aria-valuetext={formatClock(seconds)}
        className="h-6 w-28 min-w-0 accent-accent max-sm:flex-1"
        min={0}
        max={duration ?? 0}
        step={0.1}
        value={seconds}
        onChange={({ target }) => clock.seek(Number(target.value))}
      />
    </>
  );
}
