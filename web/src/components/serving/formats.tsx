import type { Schemas } from '../../api/client';
import { Badge } from '../badge';

type FormatOffer = Schemas['FormatOffer'];

const TONES = { native: 'good', synthesised: 'accent', refused: 'neutral' } as const;
const WORDS = { native: 'native', synthesised: 'made', refused: 'refused' } as const;

/** How a deployment answers in each format: as its provider does, made by the gateway, or not at all, and why not. */
export function Formats({ formats }: { formats: readonly FormatOffer[] }) {
  return (
    <ul aria-label="Formats" className="flex min-w-44 flex-wrap gap-1">
      {formats.map(({ format, how, reason }) => (
        <li key={format} title={reason ?? undefined}>
          <Badge tone={TONES[how]}>
            {format}: {WORDS[how]}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
