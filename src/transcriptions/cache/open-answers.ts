import type { CachedAnswer } from './cached-answer.js';

/** An answer that a request of this process is getting, and others wait for. */
export interface OpenAnswer {
  /** The answer; undefined when there is none, so that another request has to ask. Never rejects. */
  readonly outcome: Promise<CachedAnswer | undefined>;
  /** Tells those who wait; only the first call counts. */
  tell(answer: CachedAnswer | undefined): void;
  /** From now on others no longer wait for it; who waits and was told nothing is told that there is none. */
  close(): void;
}

/** The questions that this process is asking, so that equal ones at the same time are asked once. */
export class OpenAnswers {
  private readonly byQuestion = new Map<string, OpenAnswer>();

  /** The answer that somebody is getting already. */
  find(question: string): OpenAnswer | undefined {
    return this.byQuestion.get(question);
  }

  /** To be called in the same turn in which {@link find} has found nothing. */
  open(question: string): OpenAnswer {
    let tell: OpenAnswer['tell'] = () => undefined;
    const outcome = new Promise<CachedAnswer | undefined>((resolve) => (tell = resolve));
    const open: OpenAnswer = {
      outcome,
      tell,
      close: () => {
        if (this.byQuestion.get(question) === open) this.byQuestion.delete(question);
        tell(undefined);
      },
    };
    this.byQuestion.set(question, open);
    return open;
  }
}
