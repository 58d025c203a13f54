import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { FilterEditor } from './filter-editor';
import type { Filter } from './filters';
import type { LogSearch } from './log-search';
import type { LogsQuestion } from './use-logs';

/** A filter's button, and what it opens. */
export function FilterButton({
  filter,
  question,
  isOpen,
  onOpen,
  onChange,
  trigger,
}: {
  filter: Filter;
  question: LogsQuestion;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onChange: (change: Partial<LogSearch>) => void;
  /** What the list stands at, in place of a button of its own. */
  trigger?: ReactNode;
}) {
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpen}>
      {trigger ? (
        <Popover.Anchor asChild>{trigger}</Popover.Anchor>
      ) : (
        <Popover.Trigger asChild>
          <Button size="small">
            {filter.title}
            <ChevronDown size={14} aria-hidden className="text-faint" />
          </Button>
        </Popover.Trigger>
      )}
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={filter.title}
          className="z-40 w-72 rounded-md border border-line bg-surface p-2 shadow-float outline-none"
        >
          <p className="px-1.5 pb-1 text-sm font-medium">{filter.title}</p>
          <FilterEditor filter={filter} question={question} onChange={onChange} onDone={() => onOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
