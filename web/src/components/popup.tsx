import { useId, useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { Button } from './button';
import { classNames } from './class-names';

const EDGE_PX = 8;

/**
 * A button with what it opens beside it. The browser closes it with Esc or a click elsewhere, and puts the focus back; what it holds
 * is drawn while it is open only.
 */
export function Popup({
  label,
  button,
  width = 288,
  children,
}: {
  /** What opens, for listeners. */
  label: string;
  button: ComponentProps<typeof Button>;
  /** In pixels. */
  width?: number;
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number }>();
  return (
    <>
      <Button {...button} ref={opener} popoverTarget={id} />
      <div
        id={id}
        popover="auto"
        role="group"
        aria-label={label}
        onBeforeToggle={({ newState }) => {
          const rect = opener.current?.getBoundingClientRect();
          if (newState !== 'open' || !rect) return setPlace(undefined);
          const left = Math.max(EDGE_PX, Math.min(rect.left, document.documentElement.clientWidth - width - EDGE_PX));
          return setPlace({ left, top: rect.bottom + 4 });
        }}
        className="fixed inset-auto m-0 max-w-[calc(100vw-16px)] overflow-y-auto rounded-md border border-line bg-surface p-1.5 text-text shadow-float"
        style={place && { ...place, width, maxHeight: `calc(100dvh - ${place.top + EDGE_PX}px)` }}
      >
        {place && children(() => document.getElementById(id)?.hidePopover())}
      </div>
    </>
  );
}

/** One of the things that a popup offers. */
export function PopupItem({ className, ...rest }: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        'flex h-8 w-full items-center gap-2 rounded-sm px-2 text-left hover:bg-sunken focus-visible:-outline-offset-2',
        className,
      )}
    />
  );
}
