import { useCallback, useEffect, useRef, useState } from 'react';
import { CONTAINER_BYTES, containerOf } from './container';

/** What is to be transcribed. A file stays in the browser until it is sent. */
export type Recording =
  | {
      readonly kind: 'file';
      readonly file: File;
      /** Under which the player finds it. */
      readonly url: string;
      /** By its first bytes; undefined = none that is known here. */
      readonly container: string | undefined;
    }
  | { readonly kind: 'address'; readonly address: string };

/** The recording of the page, of which there is one at a time. */
export function useRecording() {
  const [recording, setRecording] = useState<Recording>();
  const held = useRef<string>(undefined);
  const letGo = useCallback(() => {
    if (held.current !== undefined) URL.revokeObjectURL(held.current);
    held.current = undefined;
  }, []);
  useEffect(() => letGo, [letGo]);
  const takeFile = useCallback(
    async (file: File) => {
      const start = new Uint8Array(await file.slice(0, CONTAINER_BYTES).arrayBuffer());
      letGo();
      held.current = URL.createObjectURL(file);
      setRecording({ kind: 'file', file, url: held.current, container: containerOf(start) });
    },
    [letGo],
  );
  const takeAddress = useCallback(
    (address: string) => {
      letGo();
      setRecording({ kind: 'address', address });
    },
    [letGo],
  );
  return { recording, takeFile, takeAddress };
}

/** The http or https address that a text is; undefined = it is something else. */
export function addressIn(text: string): string | undefined {
  const trimmed = text.trim();
  return /^https?:\/\/\S+$/i.test(trimmed) && URL.canParse(trimmed) ? trimmed : undefined;
}
