import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button';

/** By plain http from another machine there is no clipboard, which is a failure like any other. */
async function copied(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** Copies a text, and says for two seconds that it has. */
export function CopyButton({
  text,
  label = 'Copy',
  look = 'quiet',
  className,
}: {
  text: string;
  label?: string;
  look?: 'quiet' | 'plain' | 'primary';
  className?: string;
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const words = { idle: label, copied: 'Copied', failed: 'Select and copy it by hand' }[state];
  return (
    <Button
      look={look}
      size="small"
      className={className}
      onClick={() =>
        void copied(text).then(
          () => setState('copied'),
          () => setState('failed'),
        )
      }
    >
      {state === 'copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      <span aria-live="polite">{words}</span>
    </Button>
  );
}
