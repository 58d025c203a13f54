import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { Badge, type Tone } from '../../components/badge';
import { classNames } from '../../components/class-names';
import { CopyButton } from '../../components/copy-button';
import { Instant } from '../../components/instant';
import { useRowsInView } from '../../components/rows-in-view';
import type { LongList } from '../../components/virtual-table';
import { differenceOf } from './difference';

type AuditEvent = Schemas['AuditEvent'];

const TONES: Readonly<Record<string, Tone>> = { create: 'good', delete: 'bad', update: 'accent' };

const ROW_PX = 37;

/** Events, newest first, of which those in view are drawn; each opens to what has changed by it. */
export function AuditTable({
  events,
  total,
  isStale,
  onNearEnd,
}: { events: readonly AuditEvent[] } & Omit<LongList, 'empty'>) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { list, indexes, beforePx, afterPx, measure } = useRowsInView({ rows: events, rowPx: ROW_PX, onNearEnd });
  const toggle = (id: string) =>
    setOpen((before) => new Set(before.has(id) ? [...before].filter((it) => it !== id) : [...before, id]));
  return (
    <ul
      ref={list}
      aria-label="Changes"
      aria-busy={isStale}
      className={isStale ? 'opacity-60' : ''}
      style={{ paddingTop: beforePx, paddingBottom: afterPx }}
    >
      {indexes.map((index) => {
        const event = events[index];
        return (
          event && (
            <li
              key={event.id}
              ref={measure}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={total ?? -1}
              className="border-b border-line"
            >
              <EventRow event={event} isOpen={open.has(event.id)} onToggle={() => toggle(event.id)} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function EventRow({ event, isOpen, onToggle }: { event: AuditEvent; isOpen: boolean; onToggle: () => void }) {
  const { action, kind, subject_name, owner_kind, owner_name, actor_name, client_ip } = event;
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex w-full flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-left text-sm hover:bg-sunken/60"
      >
        <ChevronRight size={14} aria-hidden className={classNames('shrink-0 text-faint', isOpen && 'rotate-90')} />
        <span className="w-28 text-muted">
          <Instant at={event.created_at} />
        </span>
        <Badge tone={TONES[action] ?? 'neutral'}>{action}</Badge>
        <span className="min-w-0 flex-1 truncate">
          {kind} <span className="font-medium">{subject_name}</span>
          {owner_name && (
            <span className="text-muted">
              {' '}
              of {owner_kind} {owner_name}
            </span>
          )}
        </span>
        <span className="max-w-full truncate text-muted">
          {actor_name}
          {client_ip && ` from ${client_ip}`}
        </span>
      </button>
      {isOpen && <EventDetail event={event} />}
    </>
  );
}

function EventDetail({ event }: { event: AuditEvent }) {
  const fields = differenceOf(event.before, event.after);
  return (
    <div className="bg-sunken px-4 py-3 text-sm sm:pl-11">
      <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-[minmax(8rem,max-content)_1fr]">
        {fields.map(({ name, before, after }) => (
          <div key={name} className="contents">
            <dt className="mono text-muted">{name}</dt>
            <dd className="mono min-w-0 break-words">
              {before !== undefined && <del className="block text-bad">{before}</del>}
              {after !== undefined && <ins className="block text-good no-underline">{after}</ins>}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex flex-wrap items-center gap-2 text-muted">
        <Instant at={event.created_at} look="full" />
        {event.session_id && (
          <>
            by the session <span className="mono">{event.session_id}</span>
          </>
        )}
        {event.request_id && (
          <>
            request <span className="mono">{event.request_id}</span>
            <CopyButton text={event.request_id} />
          </>
        )}
      </p>
    </div>
  );
}
