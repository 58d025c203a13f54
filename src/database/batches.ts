interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks many questions at once: the first goes alone and at once, and what comes while it is under way goes together after it.
 * So a question waits for no more than one other round, and a hundred cost two.
 */
export class Batches<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private isAsking = false;

  /**
   * @param ask answers all questions, in their order
   * @param maxSize how many go together at most
   */
  constructor(
    private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
    private readonly maxSize: number,
  ) {}

  /** @throws what `ask` rejects with */
  async answer(question: Question): Promise<Answer> {
    return await new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (!this.isAsking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, this.maxSize);
      this.waiting = this.waiting.slice(this.maxSize);
      try {
        const answers = await this.ask(batch.map(({ question }) => question));
        for (const [index, answer] of answers.entries()) batch[index]?.resolve(answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.isAsking = false;
  }
}
