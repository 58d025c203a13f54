import { useCallback, useEffect, useRef, useState } from 'react';

/** Shorter ones are slips of the finger. */
const SHORTEST_MS = 300;

/** What the microphone is doing. */
export type RecorderState =
  | { readonly name: 'idle'; readonly problem?: string }
  | { readonly name: 'asking' }
  | { readonly name: 'recording'; readonly stream: MediaStream; readonly startedAt: number };

const ENDINGS: readonly (readonly [type: string, ending: string])[] = [
  ['audio/webm', 'webm'],
  ['audio/mp4', 'm4a'],
  ['audio/ogg', 'ogg'],
];

/** Records the microphone from `start` to `stop`. The browser asks its user the first time; nothing is kept but the file. */
export function useRecorder(onRecorded: (file: File) => void) {
  const [state, setState] = useState<RecorderState>({ name: 'idle' });
  const taker = useRef(onRecorded);
  useEffect(() => {
    taker.current = onRecorded;
  }, [onRecorded]);
  const recorder = useRef<MediaRecorder>(undefined);
  /** Whether it is to go on: the key may be let go before the microphone is there. */
  const isWanted = useRef(false);

  const stop = useCallback(() => {
    isWanted.current = false;
    if (recorder.current?.state === 'recording') recorder.current.stop();
  }, []);
  useEffect(() => stop, [stop]);

  const start = useCallback(async () => {
    if (isWanted.current) return;
    isWanted.current = true;
    setState({ name: 'asking' });
    let stream: MediaStream;
    try {
      if (!('mediaDevices' in navigator)) throw new DOMException('', 'SecurityError');
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      isWanted.current = false;
      setState({ name: 'idle', problem: problemOf(error) });
      return;
    }
    const close = () => stream.getTracks().forEach((track) => track.stop());
    if (!isWanted.current) {
      close();
      setState({ name: 'idle', problem: 'The microphone is ready. Hold Space for as long as you speak.' });
      return;
    }
    const pieces: Blob[] = [];
    const running = new MediaRecorder(stream);
    const startedAt = Date.now();
    recorder.current = running;
    running.ondataavailable = ({ data }) => pieces.push(data);
    running.onstop = () => {
      close();
      isWanted.current = false;
      if (Date.now() - startedAt < SHORTEST_MS) {
        setState({ name: 'idle', problem: 'That was too short. Hold Space for as long as you speak.' });
        return;
      }
      setState({ name: 'idle' });
      const [type = ''] = running.mimeType.split(';');
      const ending = ENDINGS.find(([known]) => known === type)?.[1] ?? 'webm';
      taker.current(new File(pieces, `recording.${ending}`, { type }));
    };
    running.start();
    setState({ name: 'recording', stream, startedAt });
  }, []);

  return { state, start, stop };
}

function problemOf(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
      return "The browser does not let this page use the microphone. Allow it in the browser's settings for this site, and try again.";
    case 'NotFoundError':
      return 'No microphone was found. Connect one, and try again.';
    case 'NotReadableError':
      return 'The microphone is in use by another program, or cannot be opened.';
    case 'SecurityError':
      return 'Browsers give the microphone only to pages over https, or on this machine.';
    default:
      return `The microphone cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}
