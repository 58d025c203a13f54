import { ChevronDown, Plus, Search, X } from 'lucide-react';
import { useState, type ComponentProps, type RefObject } from 'react';
import { Button } from '../../components/button';
import { Popup, PopupItem } from '../../components/popup';
import { FilterEditor } from './filter-editor';
import { FILTERS, conditionsOf, type Filter, type FilterId } from './filters';
import { NO_FILTERS, type LogSearch } from './log-search';
import type { LogsQuestion } from './use-logs';

const USUAL = FILTERS.filter(({ isUsual }) => isUsual);
const OTHERS = FILTERS.filter(({ isUsual }) => !isUsual);

/** What the list is narrowed by: the usual filters as buttons, all others by one, words that were said, and what is in force. */
export function FilterBar({
  question,
  onChange,
  nameOf,
  searchBox,
}: {
  question: LogsQuestion;
  onChange: (change: Partial<LogSearch>) => void;
  nameOf: (id: FilterId, value: string) => string;
  searchBox: RefObject<HTMLInputElement | null>;
}) {
  const conditions = conditionsOf(question.filters, nameOf);
  return (
    <>
      <div role="group" aria-label="Filters" className="flex flex-wrap items-center gap-1.5">
        {USUAL.map((filter) => (
          <Popup
            key={filter.id}
            label={filter.title}
            button={{
              size: 'small',
              children: (
                <>
                  {filter.title}
                  <ChevronDown size={14} aria-hidden className="text-faint" />
                </>
              ),
            }}
          >
            {(close) => <FilterEditor {...{ filter, question, onChange }} onDone={close} />}
          </Popup>
        ))}
        <Popup
          label="More filters"
          button={{
            size: 'small',
            look: 'quiet',
            children: (
              <>
                <Plus size={14} aria-hidden /> filter
              </>
            ),
          }}
        >
          {(close) => <OtherFilters {...{ question, onChange }} onDone={close} />}
        </Popup>
        <SearchField
          key={question.filters.search ?? ''}
          box={searchBox}
          text={question.filters.search ?? ''}
          onSearch={(search) => onChange({ search })}
        />
      </div>
      {conditions.length > 0 && (
        <ul aria-label="Filters in force" className="flex flex-wrap items-center gap-1.5">
          {conditions.map(({ key, title, value, without }) => (
            <li key={key} className="max-w-full">
              <button
                type="button"
                onClick={() => onChange(without)}
                className="flex h-6 max-w-full items-center gap-1 rounded-sm bg-accent-wash px-1.5 text-sm text-accent-strong hover:bg-sunken"
              >
                <span className="shrink-0">
                  <span className="sr-only">Remove </span>
                  {title}
                </span>{' '}
                <bdi className="min-w-0 truncate font-medium" title={value}>
                  {value}
                </bdi>
                <X size={14} aria-hidden className="shrink-0" />
              </button>
            </li>
          ))}
          {conditions.length > 1 && (
            <li>
              <Button look="quiet" size="small" className="h-6" onClick={() => onChange(NO_FILTERS)}>
                Clear all
              </Button>
            </li>
          )}
        </ul>
      )}
    </>
  );
}

/** The filters without a button of their own: one is chosen, and then asked for. */
function OtherFilters(props: Omit<ComponentProps<typeof FilterEditor>, 'filter'>) {
  const [filter, setFilter] = useState<Filter>();
  if (!filter) {
    return OTHERS.map((other) => (
      <PopupItem key={other.id} onClick={() => setFilter(other)}>
        {other.title}
      </PopupItem>
    ));
  }
  return (
    <>
      <p className="px-1.5 pb-1.5 font-medium">{filter.title}</p>
      <FilterEditor {...props} filter={filter} />
    </>
  );
}

function SearchField({
  box,
  text,
  onSearch,
}: {
  box: RefObject<HTMLInputElement | null>;
  text: string;
  onSearch: (text: string | undefined) => void;
}) {
  return (
    <form
      role="search"
      className="relative min-w-40 flex-1 basis-52"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(box.current?.value.trim() || undefined);
      }}
    >
      <Search size={14} aria-hidden className="absolute top-[7px] left-2 text-faint" />
      <input
        ref={box}
        type="search"
        aria-label="Words that were said"
        aria-keyshortcuts="/"
        title='"a phrase", this OR that, -without'
        placeholder="Words that were said"
        maxLength={200}
        defaultValue={text}
        className="h-7 w-full rounded-md border border-line-strong/50 bg-surface pr-2 pl-7 text-sm placeholder:text-faint"
        onBlur={(event) => event.target.value.trim() === '' && text !== '' && onSearch(undefined)}
      />
    </form>
  );
}
