import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { FILTERS, type AnalyticsSearch } from './analytics-search';

/** What the requests are narrowed to, by the address; each can be taken away. */
export function FilterChips({ search }: { search: AnalyticsSearch }) {
  const navigate = useNavigate();
  const chips = FILTERS.filter((name) => search[name] !== undefined && search[name] !== '');
  if (chips.length === 0) return null;
  return (
    <ul aria-label="Filters" className="flex flex-wrap gap-2">
      {chips.map((name) => (
        <li
          key={name}
          className="flex h-7 max-w-full min-w-0 items-center gap-1 rounded-md bg-accent-wash pl-2 text-sm text-accent-strong"
        >
          <span className="truncate">
            {name.replace(/_id$/, '').replaceAll('_', ' ')}: <span dir="auto">{String(search[name])}</span>
          </span>
          <button
            type="button"
            aria-label={`Without the filter ${name}`}
            className="flex size-7 shrink-0 items-center justify-center rounded-md hover:bg-sunken"
            onClick={() => void navigate({ to: '.', search: (before) => ({ ...before, [name]: undefined }) })}
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
