import type { FocusEvent } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Button } from '../../components/button';
import { SelectField, TextField } from '../../components/field';
import type { AuditSearch } from './audit.route';

/** What is typed in; the fields of the form have these names. */
const TYPED = ['kind', 'subject', 'actor'] as const;
const ACTIONS = ['create', 'update', 'delete', 'reset'];

function leave({ currentTarget }: FocusEvent<HTMLInputElement>): void {
  currentTarget.form?.requestSubmit();
}

/** Narrows the events down. What is chosen is in the address. */
export function AuditFilters({ search }: { search: AuditSearch }) {
  const navigate = useNavigate({ from: '/audit' });
  const choose = (wish: Partial<AuditSearch>) => void navigate({ search: (before) => ({ ...before, ...wish }) });
  const isNarrowed = Object.values(search).some(Boolean);
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      // By Enter, and when a field is left.
      onSubmit={(event) => {
        event.preventDefault();
        const values = new FormData(event.currentTarget);
        const wish = Object.fromEntries(
          TYPED.map((name) => [name, String(values.get(name) ?? '').trim() || undefined]),
        );
        if (TYPED.some((name) => wish[name] !== search[name])) choose(wish);
      }}
    >
      <SelectField
        label="Action"
        className="w-32"
        value={search.action ?? ''}
        onChange={(event) => choose({ action: event.target.value || undefined })}
      >
        <option value="">all</option>
        {ACTIONS.map((action) => (
          <option key={action}>{action}</option>
        ))}
      </SelectField>
      <TextField
        onBlur={leave}
        key={`kind ${search.kind}`}
        label="Kind of thing"
        name="kind"
        placeholder="key"
        defaultValue={search.kind}
        className="w-36"
      />
      <TextField
        onBlur={leave}
        key={`subject ${search.subject}`}
        label="What"
        name="subject"
        placeholder="id or name"
        defaultValue={search.subject}
        className="w-44"
      />
      <TextField
        onBlur={leave}
        key={`actor ${search.actor}`}
        label="Who"
        name="actor"
        placeholder="id or name"
        defaultValue={search.actor}
        className="w-44"
      />
      {/* Without one, Enter does nothing where a form has several fields. */}
      <button type="submit" hidden aria-label="Filter" />
      {isNarrowed && (
        <Button
          look="quiet"
          onClick={() =>
            choose({ actor: undefined, kind: undefined, action: undefined, subject: undefined, request_id: undefined })
          }
        >
          Clear
        </Button>
      )}
    </form>
  );
}
