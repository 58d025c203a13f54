import { useState } from 'react';
import { Button } from '../../components/button';
import { Checkbox, TextField } from '../../components/field';
import { formatCount } from '../../format/amounts';
import { useFilterValues } from './filter-values';
import { listOrNothing, type Filter } from './filters';
import type { LogFilters, LogSearch } from './log-search';
import type { LogsQuestion } from './use-logs';

interface EditorProps {
  filter: Filter;
  question: LogsQuestion;
  onChange: (change: Partial<LogSearch>) => void;
  onDone: () => void;
}

/** Asks for the values of one filter. Every choice is in force at once. */
export function FilterEditor(props: EditorProps) {
  const { filter } = props;
  switch (filter.kind) {
    case 'choice':
      return <Choices {...props} options={Object.entries(filter.options).map(([value, name]) => ({ value, name }))} />;
    case 'either':
      return <Either {...props} />;
    case 'range':
      return <Range {...props} />;
    case 'text':
      return <Texts {...props} />;
  }
}

function valuesOf(filters: LogFilters, name: string): readonly string[] {
  const sent = Object.entries(filters).find(([key]) => key === name)?.[1];
  return sent === undefined ? [] : [sent].flat();
}

function Choices({
  filter,
  question,
  onChange,
  options,
}: EditorProps & { options: readonly { value: string; name: string; requests?: number }[] }) {
  const chosen = valuesOf(question.filters, filter.id);
  return (
    <fieldset className="flex max-h-72 flex-col gap-0.5 overflow-y-auto">
      <legend className="sr-only">{filter.title}</legend>
      {options.map(({ value, name, requests }) => (
        <div key={value} className="flex items-start gap-2 rounded-sm px-1.5 py-1 hover:bg-sunken">
          <div className="min-w-0 flex-1 break-words">
            <Checkbox
              label={name}
              checked={chosen.includes(value)}
              onChange={({ target }) =>
                onChange({
                  [filter.id]: listOrNothing(
                    target.checked ? [...chosen, value] : chosen.filter((other) => other !== value),
                  ),
                })
              }
            />
          </div>
          {requests !== undefined && <span className="text-sm text-faint">{formatCount(requests)}</span>}
        </div>
      ))}
    </fieldset>
  );
}

function Either({ filter, question, onChange, onDone }: EditorProps) {
  const [chosen] = valuesOf(question.filters, filter.id);
  return (
    <div role="group" aria-label={filter.title} className="flex gap-1">
      {(['true', 'false'] as const).map((value) => (
        <Button
          key={value}
          look={chosen === value ? 'primary' : 'plain'}
          aria-pressed={chosen === value}
          className="flex-1 justify-center"
          onClick={() => {
            onChange({ [filter.id]: chosen === value ? undefined : value });
            onDone();
          }}
        >
          {value === 'true' ? 'Yes' : 'No'}
        </Button>
      ))}
    </div>
  );
}

function Range({ filter, question, onChange, onDone }: EditorProps) {
  if (filter.kind !== 'range') return null;
  const { id, unit, pattern, title } = filter;
  const ends = ['min', 'max'] as const;
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onChange(
          Object.fromEntries(ends.map((end) => [`${id}_${end}`, String(form.get(end) ?? '').trim() || undefined])),
        );
        onDone();
      }}
    >
      <div className="flex gap-2">
        {ends.map((end) => (
          <TextField
            key={end}
            name={end}
            label={`${end === 'min' ? 'At least' : 'At most'}, ${unit}`}
            inputMode="decimal"
            pattern={pattern}
            title={`${title}: a number such as 1${unit === 'ms' ? '000' : '.5'}`}
            defaultValue={valuesOf(question.filters, `${id}_${end}`).join('')}
          />
        ))}
      </div>
      <Button look="primary" type="submit" className="justify-center">
        Apply
      </Button>
    </form>
  );
}

function Texts(props: EditorProps) {
  const { filter, question, onChange, onDone } = props;
  const [text, setText] = useState('');
  const group = filter.kind === 'text' ? filter.group : undefined;
  const { data: known = [], isPending } = useFilterValues(group, question);
  const chosen = valuesOf(question.filters, filter.id);
  const asked = text.trim();
  const matching = known.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(asked.toLowerCase()));
  const others = chosen
    .filter((value) => !known.some((it) => it.value === value))
    .map((value) => ({ value, name: value }));
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        // One that is found by its beginning is meant; anything else is taken as it is.
        const only = matching.length === 1 ? matching[0]?.value : undefined;
        const value = known.some((it) => it.value === asked) ? asked : (only ?? asked);
        if (value) onChange({ [filter.id]: listOrNothing([...new Set([...chosen, value])]) });
        onDone();
      }}
    >
      <TextField
        label={filter.title}
        hideLabel
        placeholder={(filter.kind === 'text' && filter.placeholder) || 'Type, or choose'}
        maxLength={500}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Choices {...props} options={[...others, ...matching]} />
      {group && !isPending && known.length === 0 && <p className="px-1.5 text-sm text-muted">None in this period.</p>}
      {asked !== '' && (
        <Button look="primary" type="submit" className="justify-center">
          Apply
        </Button>
      )}
    </form>
  );
}
