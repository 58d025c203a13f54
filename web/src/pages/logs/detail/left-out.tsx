import type { Schemas } from '../../../api/client';
import { Section } from './section';

/** What was not tried, and why. */
export function LeftOut({ plan }: { plan: Schemas['Log']['plan'] }) {
  if (!plan || plan.left_out.length === 0) return null;
  return (
    <Section title="Left out">
      <ul className="flex flex-col gap-1 text-sm">
        {plan.left_out.map(({ model, deployment_id, explanation }, index) => (
          <li key={index} className="break-words">
            <span className="font-medium">{model}</span>
            {deployment_id && (
              <span className="mono text-faint" title={deployment_id}>
                {' '}
                {deployment_id.slice(0, 8)}
              </span>
            )}{' '}
            <span className="text-muted">— {explanation}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
