import type { Schemas } from '../../api/client';

type Detours = Pick<Schemas['Log'], 'retries' | 'fallbacks' | 'translated' | 'cache'>;

/** What a request took beside one attempt: signs for the eye, words for who listens or points. */
export function Marks({ retries, fallbacks, translated, cache }: Detours) {
  const marks = [
    ...(retries > 0
      ? [{ sign: `↻${retries}`, text: retries === 1 ? 'retried once' : `retried ${retries} times` }]
      : []),
    ...(fallbacks > 0 ? [{ sign: '⇄', text: 'by a fallback' }] : []),
    ...(translated ? [{ sign: '⎇', text: 'in two steps' }] : []),
    ...(cache === 'hit' ? [{ sign: '◫', text: 'from the cache' }] : []),
  ];
  return marks.map(({ sign, text }) => (
    <span key={text} title={text} className="shrink-0 text-muted">
      <span aria-hidden>{sign}</span>
      <span className="sr-only">, {text}</span>
    </span>
  ));
}
