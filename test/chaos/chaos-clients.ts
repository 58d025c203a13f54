import { setTimeout as delay } from 'node:timers/promises';
import { makeWav } from '../support/audio.js';

/** What was asked for, with how a whole answer ends. */
const kinds = [
  { model: 'whisper', fields: { response_format: 'json' }, end: '}' },
  { model: 'whisper', fields: { response_format: 'srt' }, end: '\n' },
  { model: 'whisper', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
  { model: 'gpt4o', fields: { stream: 'true' }, end: 'data: [DONE]\n\n' },
] as const;

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
      const kind = kinds[turn % kinds.length];
      const key = this.keys[turn % this.keys.length];
      const url = this.url();
      if (!kind || !key || url === undefined) {
        await delay(50);
        continue;
      }
      try {
        await this.ask(url, key, kind, wav);
      } catch {
        this.cutOff += 1;
        await delay(50);
      }
    }
  }

  private async ask(
    url: string,
    { id: keyId, key }: { readonly id: string; readonly key: string },
    { model, fields, end }: (typeof kinds)[number],
    wav: Blob,
  ): Promise<void> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ model, ...fields })) form.append(name, value);
    form.append('file', wav, 'speech.wav');
    const response = await fetch(`${url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
      // A gateway that is stopped answers nothing; the next request would wait behind it.
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    if (response.status !== 200) {
      this.refused.set(response.status, (this.refused.get(response.status) ?? 0) + 1);
      await delay(50);
      return;
    }
    if (!text.endsWith(end)) throw new Error('half an answer');
    const id = response.headers.get('x-request-id') ?? '';
    this.acknowledged.push({ id, keyId, isStreamed: 'stream' in fields });
  }
}
