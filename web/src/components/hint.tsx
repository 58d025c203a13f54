import { useId, useRef, useState, type ReactNode } from 'react';
import { classNames } from './class-names';

const EDGE_PX = 8;
const WIDTH_PX = 320;

/** Words of which more is said by pointing at them, and by a click or a key. The browser's own popover closes it again. */
export function Hint({ text, className, children }: { text: ReactNode; className?: string; children: ReactNode }) {
  const id = useId();
  const words = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLSpanElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  return (
    <>
      <button
        ref={words}
        type="button"
        popoverTarget={id}
        aria-describedby={id}
        onPointerEnter={({ pointerType }) => pointerType === 'mouse' && more.current?.showPopover()}
        onPointerLeave={({ pointerType }) => pointerType === 'mouse' && more.current?.hidePopover()}
        className={classNames('cursor-help underline decoration-dotted underline-offset-2', className)}
      >
        {children}
      </button>
      <span
        ref={more}
        id={id}
        popover="auto"
        onBeforeToggle={() => {
          const rect = words.current?.getBoundingClientRect();
          if (!rect) return;
          const most = document.documentElement.clientWidth - WIDTH_PX - EDGE_PX;
          setPlace({ left: Math.max(EDGE_PX, Math.min(rect.left, most)), top: rect.bottom + 4 });
        }}
        className="fixed inset-auto m-0 rounded-md border border-line bg-surface px-2 py-1 text-left text-sm font-normal whitespace-normal text-text shadow-float"
        style={{ ...place, maxWidth: `min(${WIDTH_PX}px, calc(100vw - ${2 * EDGE_PX}px))` }}
      >
        {text}
      </span>
    </>
  );
}
