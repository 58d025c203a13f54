import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';
import { classNames } from './class-names';

const PLACES = {
  /** In the middle, for one decision. */
  centre:
    'top-[max(4vh,16px)] left-1/2 -translate-x-1/2 w-[min(560px,calc(100vw-32px))] max-h-[calc(100vh-8vh)] rounded-lg',
  /** At the right, beside a list that stays in view. */
  drawer: 'top-0 right-0 h-dvh w-[min(640px,100vw)] border-l border-line',
};

/** What is looked at or decided before going on. Esc and a click beside it close it; the focus goes back to where it was. */
export function Dialog({
  open = true,
  onClose,
  title,
  description,
  place = 'centre',
  actions,
  staysOpen,
  children,
}: {
  open?: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  place?: keyof typeof PLACES;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** Of what is lost with the dialog: only its own buttons close it, no key and no click beside it. */
  staysOpen?: boolean;
  children: ReactNode;
}) {
  return (
    <Primitive.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Primitive.Content
          className={classNames('fixed z-50 flex flex-col bg-surface shadow-float outline-none', PLACES[place])}
          onOpenAutoFocus={(event) => {
            // A drawer is read first: on its first button the focus would open a hint, or do something with the next key.
            if (place !== 'drawer' || !(event.currentTarget instanceof HTMLElement)) return;
            event.preventDefault();
            event.currentTarget.focus();
          }}
          {...(staysOpen && { onEscapeKeyDown: keepOpen, onInteractOutside: keepOpen })}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-2 border-b border-line px-5 py-3">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-lg font-semibold">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="text-sm text-muted">{description}</Primitive.Description>
              )}
            </div>
            {actions}
            <Primitive.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close">
                <X size={16} aria-hidden />
              </Button>
            </Primitive.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function keepOpen(event: Event): void {
  event.preventDefault();
}
