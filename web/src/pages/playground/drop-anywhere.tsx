import { useEffect, useEffectEvent, useState } from 'react';
import { addressIn } from './recording';

/** Takes files that are dropped or pasted anywhere on the page, and addresses that are pasted outside of fields. */
export function DropAnywhere({
  onFile,
  onAddress,
}: {
  onFile: (file: File) => void;
  onAddress: (address: string) => void;
}) {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent((event: Event, data: DataTransfer | null): void => {
    const [file] = data?.files ?? [];
    const isInField = event.target instanceof Element && event.target.closest('input, textarea') !== null;
    const address = isInField ? undefined : addressIn(data?.getData('text/plain') ?? '');
    if (!file && address === undefined) return;
    event.preventDefault();
    if (file) onFile(file);
    else if (address !== undefined) onAddress(address);
  });
  useEffect(() => {
    const { signal, ...controller } = withAbort();
    addEventListener(
      'dragover',
      (event) => {
        if (!event.dataTransfer?.types.some((type) => type === 'Files' || type === 'text/uri-list')) return;
        event.preventDefault();
        setIsOver(true);
      },
      { signal },
    );
    addEventListener('dragleave', (event) => event.relatedTarget === null && setIsOver(false), { signal });
    addEventListener(
      'drop',
      (event) => {
        setIsOver(false);
        take(event, event.dataTransfer);
      },
      { signal },
    );
    addEventListener('paste', (event) => take(event, event.clipboardData), { signal });
    return controller.end;
  }, []);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-40 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-accent-wash/90 text-xl font-semibold text-accent-strong">
      Drop it: it stays in this page until you run it
    </div>
  );
}

function withAbort(): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, end: () => controller.abort() };
}
