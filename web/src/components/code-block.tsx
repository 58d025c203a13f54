import { CopyButton } from './copy-button';

/** Text to paste elsewhere, as it is. */
export function CodeBlock({ label, text }: { /** What it is, for listeners. */ label: string; text: string }) {
  return (
    <div className="rounded-md border border-line bg-sunken">
      <div className="flex justify-end border-b border-line p-1">
        <CopyButton text={text} label={`Copy ${label}`} />
      </div>
      <pre className="overflow-x-auto p-3" tabIndex={0} aria-label={label}>
        <code className="mono">{text}</code>
      </pre>
    </div>
  );
}
