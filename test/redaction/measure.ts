import { redactedKinds, type RedactedKind } from '../../src/domain/redaction/redaction-setting.js';
import { Redactor } from '../../src/domain/redaction/redactor.js';
import type { Span } from '../../src/domain/redaction/span.js';
import { nearMisses, plainTalk, trueOnes } from './corpus.js';

/** How well a kind is told. */
export interface Measure {
  readonly kind: RedactedKind;
  /** How many there are, and how many of them are masked to their last character. */
  readonly count: number;
  readonly masked: number;
  /** How many near misses there are, and what else than what is meant is masked as this kind anywhere. */
  readonly nearMisses: number;
  readonly wrong: number;
  readonly recall: number;
  readonly precision: number;
  /** Texts with something that is not masked, or is wrongly. */
  readonly failed: readonly string[];
}

interface Marked {
  readonly text: string;
  readonly kind: RedactedKind;
  readonly meant: readonly Pick<Span, 'start' | 'end'>[];
}

const redactor = new Redactor({ kinds: [...redactedKinds], patterns: [], in: 'answer' });

/** How well each kind is told in the corpus, when all of them are looked for. */
export function measureRedaction(): readonly Measure[] {
  const texts = redactedKinds.flatMap((kind) => [
    ...trueOnes[kind].map((marked) => read(marked, kind)),
    ...nearMisses[kind].map((text) => ({ text, kind, meant: [] })),
  ]);
  const plain = plainTalk.map((text) => ({ text, kind: undefined, meant: [] }));
  const judged = [...texts, ...plain].map((it) => ({ ...it, spans: redactor.find(it.text) }));
  return redactedKinds.map((kind) => {
    const own = judged.filter((it) => it.kind === kind);
    const failed = new Set<string>();
    let [count, masked, right, wrong] = [0, 0, 0, 0];
    for (const { text, meant, spans } of own) {
      for (const { start, end } of meant) {
        const isMasked = spans.some((span) => span.start <= start && span.end >= end);
        count += 1;
        if (isMasked) masked += 1;
        else failed.add(text);
      }
    }
    for (const { text, kind: ofText, meant, spans } of judged) {
      for (const span of spans.filter(({ label }) => label === kind)) {
        const isMeant = ofText === kind && meant.some(({ start, end }) => span.start < end && span.end > start);
        if (isMeant) right += 1;
        else {
          wrong += 1;
          failed.add(text);
        }
      }
    }
    return {
      kind,
      count,
      masked,
      nearMisses: nearMisses[kind].length,
      wrong,
      recall: masked / count,
      precision: right / (right + wrong),
      failed: [...failed],
    };
  });
}

function read(marked: string, kind: RedactedKind): Marked {
  const [before = '', meant = '', after = '', ...others] = marked.split(/[[\]]/);
  const meantOnes = [{ start: before.length, end: before.length + meant.length }];
  let text = before + meant + after;
  for (let index = 0; index < others.length; index += 2) {
    const [next = '', rest = ''] = [others[index], others[index + 1]];
    meantOnes.push({ start: text.length, end: text.length + next.length });
    text += next + rest;
  }
  return { text, kind, meant: meantOnes };
}
