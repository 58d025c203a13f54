import { Columns3 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { Button } from '../../components/button';
import { COLUMNS, columnChoice, columnsOf } from './columns';

/** Chooses the columns of the list; the browser keeps them. */
export function ColumnsMenu() {
  const shown = columnsOf(columnChoice.use()).map(({ key }) => key);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" size="icon" aria-label="Columns" title="Columns" className="max-sm:hidden">
          <Columns3 size={16} aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[min(480px,80vh)] min-w-44 overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-float"
        >
          {COLUMNS.map(({ key, title }) => (
            <DropdownMenu.CheckboxItem
              key={key}
              checked={shown.includes(key)}
              onCheckedChange={(isShown) =>
                columnChoice.set(isShown ? [...shown, key] : shown.filter((other) => other !== key))
              }
              // Several are chosen at once.
              onSelect={(event) => event.preventDefault()}
              className="flex h-7 cursor-pointer items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-sunken"
            >
              <span
                aria-hidden
                className="flex size-4 items-center justify-center rounded-sm border border-line-strong"
              >
                <DropdownMenu.ItemIndicator>✓</DropdownMenu.ItemIndicator>
              </span>
              {title}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
