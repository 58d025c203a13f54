import { useEffect, useEffectEvent } from 'react';

/** What does something of its own with keys. */
const OWN_KEYS =
  'input, textarea, select, button, a[href], summary, video, [contenteditable], [role="button"], [role="tab"], [role="slider"], [role="menu"], [role="dialog"], [tabindex="0"]';

/** What letters are typed into. */
const OWN_LETTERS = 'input, textarea, select, [contenteditable], [role="menu"]';

/** Whether a key that is pressed is meant for the page, and for nothing that has the focus. */
function isForPage({ key, target, defaultPrevented, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (defaultPrevented || ctrlKey || metaKey || altKey) return false;
  const isLetter = key.length === 1 && key !== ' ';
  return (
    !(target instanceof Element && target.closest(isLetter ? OWN_LETTERS : OWN_KEYS)) &&
    !document.querySelector('[role="dialog"]')
  );
}

/** In a line of text Enter is for the page: there is nothing else to send. */
function isLine({ target, defaultPrevented }: KeyboardEvent): boolean {
  return !defaultPrevented && target instanceof HTMLInputElement && target.type === 'text';
}

/** The keys of the page, by their names in `KeyboardEvent.key`; `up` is told when Space is let go. */
export function usePageKeys(down: Readonly<Record<string, () => void>>, up: { readonly onSpace: () => void }): void {
  const onDown = useEffectEvent((event: KeyboardEvent) => {
    const action = down[event.key];
    if (!action || !(isForPage(event) || (event.key === 'Enter' && isLine(event)))) return;
    event.preventDefault();
    if (!event.repeat) action();
  });
  const onUp = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === ' ') up.onSpace();
  });
  const onBlur = useEffectEvent(() => up.onSpace());
  useEffect(() => {
    const controller = new AbortController();
    addEventListener('keydown', (event) => onDown(event), controller);
    addEventListener('keyup', (event) => onUp(event), controller);
    addEventListener('blur', () => onBlur(), controller);
    return () => controller.abort();
  }, []);
}
