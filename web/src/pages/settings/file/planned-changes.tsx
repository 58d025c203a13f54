import type { Schemas } from '../../../api/client';
import { Notice } from '../../../components/notice';

type Plan = Schemas['ConfigReloadPlan'];
type Change = Plan['changes'][number];

const SECTIONS: Record<Change['section'], string> = {
  models: 'Models',
  deployments: 'Deployments',
  aliases: 'Other names of models',
  fallbacks: 'Fallbacks',
  settings: 'Settings',
  rules: 'Rules of keys and teams',
  budgets: 'Budgets',
  alerts: 'Alerts',
};

const WAYS = [
  ['added', 'new', '+'],
  ['changed', 'changed', '±'],
  ['removed', 'gone', '−'],
] as const;

/** What a file would change, section by section, and for what a restart is needed. */
export function PlannedChanges({ plan: { changes, restart } }: { plan: Plan }) {
  return (
    <>
      {changes.length === 0 && <p>Nothing that holds at once would be another.</p>}
      {changes.map((change) => (
        <section key={change.section} aria-label={SECTIONS[change.section]}>
          <h3 className="font-semibold">{SECTIONS[change.section]}</h3>
          <ul>
            {WAYS.map(
              ([way, words, sign]) =>
                change[way].length > 0 && (
                  <li key={way} className="flex gap-2">
                    <span aria-hidden className="mono w-3 shrink-0 text-center text-muted">
                      {sign}
                    </span>
                    <span className="min-w-0 break-words">
                      <span className="text-muted">{words}: </span>
                      <span dir="auto">{change[way].join(', ')}</span>
                    </span>
                  </li>
                ),
            )}
          </ul>
        </section>
      ))}
      {restart.length > 0 && (
        <Notice tone="warn">
          <span className="break-words">After a restart only: {restart.join(', ')}.</span>
        </Notice>
      )}
    </>
  );
}
