import type { Schemas } from '../../../api/client';
import { Instant } from '../../../components/instant';
import { Section } from './section';

/** What people think of the answer. */
export function FeedbackSection({ feedback }: { feedback: Schemas['Log']['feedback'] }) {
  if (!feedback) return null;
  const { score, count, newest } = feedback;
  return (
    <Section title="Feedback">
      <p className="text-sm">
        {score === null ? 'No score' : `Score ${score} of 10`}
        <span className="text-muted">
          , {count} {count === 1 ? 'time' : 'times'}
        </span>
      </p>
      <ul className="mt-1 flex flex-col gap-1 text-sm text-muted">
        {newest.map(({ id, value, weight, metadata, created_at }) => (
          <li key={id} className="break-words">
            <span className="text-text">{value}</span>
            {weight !== 1 && ` with weight ${weight}`}, <Instant at={created_at} />
            {metadata !== null && metadata !== undefined && <span className="mono"> {JSON.stringify(metadata)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
