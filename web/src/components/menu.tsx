import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

/** A button's menu. The entries are {@link MenuItem}s. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[min(480px,80vh)] min-w-44 overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-float"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** What a menu offers. */
export function MenuItem({
  onSelect,
  isChosen,
  disabled,
  children,
}: {
  onSelect: () => void;
  /** Of a menu of which one is in force. */
  isChosen?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      disabled={disabled}
      className="flex h-8 cursor-pointer items-center gap-2 rounded-sm px-2 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-sunken"
    >
      {isChosen !== undefined && <Check size={14} aria-hidden className={isChosen ? '' : 'invisible'} />}
      {children}
      {isChosen && <span className="sr-only">(chosen)</span>}
    </DropdownMenu.Item>
  );
}

/** A line between groups of entries. */
export function MenuLine() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

/** What a group of entries is about. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="px-2 py-1 text-xs text-muted">{children}</DropdownMenu.Label>;
}
