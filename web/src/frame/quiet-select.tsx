import type { ReactNode } from 'react';

/** One of several, in the header, where a frame would be noise. */
export function QuietSelect({
  label,
  value,
  onChange,
  children,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="h-8 max-w-44 min-w-0 cursor-pointer rounded-md border border-transparent bg-page px-1.5 font-medium text-ellipsis text-muted hover:bg-sunken hover:text-text"
    >
      {children}
    </select>
  );
}
