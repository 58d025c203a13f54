import { setTimeout as delay } from 'node:timers/promises';
import { makeWav } from '../support/audio.js';
import { ask, type Question } from './question.js';

const questions: readonly Question[] = [
  { route: 'transcriptions', model: 'whisper', fields: { response_format: 'json' }, end: '}' },
  { route: 'transcriptions', model: 'whisper', fields: { response_format: 'srt' }, end: '\n' },
  { route: 'transcriptions', model: 'whisper', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { route: 'transcriptions', model: 'gpt4o', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
];

/** An answer that a client has read to its end. */
export interface Acknowledged {
  readonly id: string;
  readonly keyId: string;
  readonly isStreamed: boolean;
}

/** Applications that ask as fast as they are answered, and note what they were answered to the end with a 200. */
export class ChaosClients {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that were no 200, by status. */
  readonly refused = new Map<number, number>();
  /** Requests that got no answer, or half of one. */
  cutOff = 0;
  private readonly stopped = new AbortController();
  private readonly loops: Promise<void>[];

  /** @param url where the gateway is at this moment; undefined = nowhere */
  constructor(
    count: number,
    private readonly url: () => string | undefined,
    private readonly keys: readonly { readonly id: string; readonly key: string }[],
  ) {
    const wav = new Blob([makeWav({ durationSeconds: 1 })]);
    this.loops = Array.from({ length: count }, (_, index) => this.loop(index, wav));
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.loops);
  }

  private async loop(index: number, wav: Blob): Promise<void> {
    for (let turn = index; !this.stopped.signal.aborted; turn += 1) {
      const question = questions[turn % questions.length];
      const key = this.keys[turn % this.keys.length];
      const url = this.url();
      if (!question || !key || url === undefined) {
        await delay(50);
        continue;
      }
      try {
        const { status, id } = await ask(url, key.key, question, wav);
        if (status === 200) {
          this.acknowledged.push({ id, keyId: key.id, isStreamed: 'stream' in question.fields });
          continue;
        }
        this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
      } catch {
        this.cutOff += 1;
      }
      await delay(50);
    }
  }
}
