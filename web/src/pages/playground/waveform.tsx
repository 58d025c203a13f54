import { useEffect, useEffectEvent, useRef, useState } from 'react';
import WaveSurfer from 'wavesurfer.js';
import type { PlayerClock } from '../../components/player-clock';

/** Decoding takes some ten times as much memory. */
const MOST_BYTES = 80e6;

/**
 * The shape of the sound, on which a click goes to its place. Keyboards have the slider beside it. It is drawn in the colours that
 * it finds when it is made.
 */
export function Waveform({ clock, url, bytes }: { clock: PlayerClock; url: string; bytes: number }) {
  const place = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string>();
  const onDecoded = useEffectEvent((seconds: number) => clock.noteDecoded(seconds));
  const isTooLarge = bytes > MOST_BYTES;
  useEffect(() => {
    const media = clock.media;
    if (!place.current || !media || isTooLarge) return;
    const colours = getComputedStyle(document.documentElement);
    const surfer = WaveSurfer.create({
      container: place.current,
      media,
      url,
      height: 48,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      normalize: true,
      waveColor: colours.getPropertyValue('--bar-gateway'),
      progressColor: colours.getPropertyValue('--accent'),
      cursorColor: colours.getPropertyValue('--text'),
      cspNonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '',
    });
    surfer.on('decode', (seconds) => {
      setProblem(undefined);
      onDecoded(seconds);
    });
    // One that is made anew begins where the player is.
    surfer.on('ready', () => surfer.setTime(media.currentTime));
    surfer.on('error', () => setProblem('This browser cannot draw its waveform.'));
    return () => surfer.destroy();
  }, [clock, url, isTooLarge]);
  const said = isTooLarge ? 'Too large to draw its waveform here.' : problem;
  return (
    <>
      <div ref={place} aria-hidden className={said ? 'hidden' : 'h-12 min-w-0 flex-1'} />
      {said && <p className="flex-1 text-sm text-muted">{said}</p>}
    </>
  );
}
