import { useEffect, useRef, useState } from 'react';
import { formatClock } from '../../format/time';

const BARS = [0, 1, 2, 3, 4, 5, 6, 7];
/** Speech in front of a microphone is far from the loudest that there is. */
const GAIN = 4;

/** How loud the microphone is, and for how long it has recorded. */
export function LevelMeter({ stream, startedAt }: { stream: MediaStream; startedAt: number }) {
  const [level, setLevel] = useState(0);
  const [seconds, setSeconds] = useState(0);
  const frame = useRef(0);
  useEffect(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      setLevel(Math.min(BARS.length, Math.round(Math.sqrt(power) * GAIN * BARS.length)));
      setSeconds(Math.floor((Date.now() - startedAt) / 1000));
      frame.current = requestAnimationFrame(look);
    };
    frame.current = requestAnimationFrame(look);
    return () => {
      cancelAnimationFrame(frame.current);
      void context.close();
    };
  }, [stream, startedAt]);
  return (
    <div className="flex items-center gap-2">
      <meter aria-label="Level" min={0} max={BARS.length} value={level} className="sr-only" />
      <div aria-hidden className="flex h-5 items-end gap-0.5">
        {BARS.map((bar) => (
          <span key={bar} className={`w-1.5 rounded-sm ${bar < level ? 'h-5 bg-accent' : 'h-2 bg-line-strong/50'}`} />
        ))}
      </div>
      <span className="text-sm text-bad">
        <span aria-hidden>● </span>Recording {formatClock(seconds)}
      </span>
    </div>
  );
}
