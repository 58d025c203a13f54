import type { ReactNode } from 'react';

/** A part of what a log tells. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-t border-line py-3 first:border-0 first:pt-0">
      <div className="mb-1 flex min-h-7 items-center gap-2">
        <h3 className="flex-1 text-sm font-semibold">{title}</h3>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Names with their values. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode] | false)[] }) {
  return (
    <dl className="grid grid-cols-[96px_1fr] gap-x-3 gap-y-1 text-sm sm:grid-cols-[112px_1fr]">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]} className="contents">
              <dt className="text-muted">{fact[0]}</dt>
              <dd className="min-w-0 break-words">{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
