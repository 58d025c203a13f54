import { Ban, Check, CircleHelp, CircleSlash, Ghost, X, type LucideIcon } from 'lucide-react';
import { classNames } from '../../components/class-names';
import type { Schemas } from '../../api/client';

type Status = NonNullable<Schemas['Log']['status']>;

const LOOKS: Readonly<Record<Status, { readonly word: string; readonly icon: LucideIcon; readonly tone: string }>> = {
  success: { word: 'Success', icon: Check, tone: 'text-good' },
  failure: { word: 'Failure', icon: X, tone: 'text-bad' },
  refused: { word: 'Refused', icon: Ban, tone: 'text-warn' },
  cancelled: { word: 'Cancelled', icon: CircleSlash, tone: 'text-muted' },
  lost: { word: 'Lost', icon: Ghost, tone: 'text-bad' },
};

/** How a request ended: an icon, a word, and the HTTP status. */
export function StatusMark({ status, httpStatus }: { status: Status | null; httpStatus: number }) {
  const { word, icon: Icon, tone } = status ? LOOKS[status] : { word: 'Unknown', icon: CircleHelp, tone: 'text-faint' };
  return (
    <span className={classNames('inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap', tone)}>
      <Icon size={14} strokeWidth={2.5} aria-hidden className="shrink-0" />
      <span>{word}</span>
      <span className={status === 'success' ? 'text-faint' : undefined}>{httpStatus}</span>
    </span>
  );
}
