import { setTimeout as delay } from 'node:timers/promises';
import { MULTIPART, type RawAnswer, RawHttp } from '../support/raw-http.js';
import { seededRandom } from '../support/seeded-random.js';
import { type SinkBehaviour, SinkUpstream } from '../support/sink-upstream.js';
import type { LoadedGateway } from './loaded-gateway.js';
import { RawUpload, type RawUploadOptions } from './raw-upload.js';
import { phases, vanish } from './vanishing-client.js';

const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE ** 2;
const SLOW_PIECE_MS = 250;

/** What clients do, and how often of a hundred. */
const kinds = [
  ['small', 40],
  ['middle', 18],
  ['large', 8],
  ['stream', 12],
  ['translation', 6],
  ['bad form', 7],
  ['vanishing', 7],
  ['slow', 2],
] as const;
type Kind = (typeof kinds)[number][0];

/** Bodies that are no form, or no good one. */
const badBodies: readonly { readonly type: string; readonly body: string }[] = [
  { type: 'application/json', body: '{"model":"whisper"}' },
  { type: MULTIPART, body: 'nothing of a form\r\n' },
  { type: MULTIPART, body: '--raw-boundary-7f3a\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper\r\n' },
  { type: 'multipart/form-data', body: 'without a boundary' },
];

/** Clients of every kind, each of which begins again when it is done, until they are stopped. */
export class MixedTraffic {
  /** Ids of all answers. */
  readonly answered: string[] = [];
  /** How many of each kind are done. */
  readonly done = new Map<Kind, number>();
  /** Answers that are not what was to be answered. */
  readonly unexpected: string[] = [];
  private readonly stopped = new AbortController();
  private readonly random: () => number;
  private readonly loops: readonly Promise<void>[];
  private index: number;

  constructor(
    private readonly gateway: Pick<LoadedGateway, 'url' | 'key'>,
    private readonly sink: SinkUpstream,
    { clients, seed, firstIndex }: { readonly clients: number; readonly seed: number; readonly firstIndex: number },
  ) {
    this.index = firstIndex;
    this.random = seededRandom(seed);
    this.loops = Array.from({ length: clients }, () => this.loop());
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.loops);
  }

  /** How many requests are done. */
  get count(): number {
    return [...this.done.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The first index of a tag that was not used. */
  get nextIndex(): number {
    return this.index;
  }

  private async loop(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const kind = this.draw();
      try {
        await this.run(kind);
      } catch (error) {
        this.unexpected.push(`${kind}: ${String(error).slice(0, 300)}`);
        // A gateway that has gone is not asked a thousand times a second.
        await delay(100);
      }
      this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
    }
  }

  private draw(): Kind {
    let left = this.random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [kind, weight] of kinds) {
      left -= weight;
      if (left <= 0) return kind;
    }
    return 'small';
  }

  private async run(kind: Kind): Promise<void> {
    const between = (from: number, to: number): number => Math.floor(from + this.random() * (to - from));
    switch (kind) {
      case 'small':
        return await this.transcribe({ fileBytes: between(32 * KIBIBYTE, MEBIBYTE) });
      case 'middle':
        return await this.transcribe({ fileBytes: between(MEBIBYTE, 8 * MEBIBYTE) });
      case 'large':
        return await this.transcribe({ fileBytes: between(8 * MEBIBYTE, 25 * MEBIBYTE) });
      case 'stream': {
        const fields = { stream: 'true' };
        return await this.transcribe(
          { fileBytes: between(32 * KIBIBYTE, 2 * MEBIBYTE), model: 'gpt4o', fields },
          'events',
        );
      }
      case 'translation':
        return await this.transcribe({
          fileBytes: between(32 * KIBIBYTE, 2 * MEBIBYTE),
          path: '/v1/audio/translations',
        });
      case 'slow':
        return await this.uploadSlowly(between(256 * KIBIBYTE, 2 * MEBIBYTE));
      case 'bad form':
        return await this.sendBadForm(badBodies[between(0, badBodies.length)] ?? { type: '', body: '' });
      case 'vanishing':
        await vanish(this.gateway, this.sink, {
          index: this.index++,
          phase: phases[between(0, phases.length)] ?? 'in the file',
          fileBytes: between(32 * KIBIBYTE, 6 * MEBIBYTE),
          share: this.random(),
        });
    }
  }

  private upload(what: Partial<RawUploadOptions>, behaviour: SinkBehaviour): RawUpload {
    const { url, key } = this.gateway;
    return new RawUpload({ url, key, tag: SinkUpstream.tagOf(this.index++, behaviour), fileBytes: 0, ...what });
  }

  private async transcribe(what: Partial<RawUploadOptions>, behaviour: SinkBehaviour = 'answer'): Promise<void> {
    const client = await this.upload(what, behaviour).send(this.gateway.url);
    const end = behaviour === 'events' ? 'data: [DONE]' : '"text"';
    await this.note(client, ({ status, body }) => status === 200 && body.includes(end));
  }

  private async uploadSlowly(fileBytes: number): Promise<void> {
    const upload = this.upload({ fileBytes }, 'answer');
    const client = await RawHttp.connect(this.gateway.url);
    for (const piece of [upload.head, upload.formHead, ...upload.pieces()]) {
      await client.send(piece);
      await delay(SLOW_PIECE_MS);
    }
    await this.note(client, ({ status }) => status === 200);
  }

  private async sendBadForm({ type, body }: (typeof badBodies)[number]): Promise<void> {
    const client = await RawHttp.connect(this.gateway.url);
    client.head('POST /v1/audio/transcriptions', {
      authorization: `Bearer ${this.gateway.key}`,
      'content-type': type,
      'content-length': String(body.length),
      connection: 'close',
    });
    await client.send(body);
    await this.note(client, ({ status }) => status >= 400 && status < 500);
  }

  private async note(client: RawHttp, isRight: (answer: RawAnswer) => boolean): Promise<void> {
    try {
      const answer = await client.answer();
      this.answered.push(answer.headers['x-request-id'] ?? 'without an id');
      if (!isRight(answer)) this.unexpected.push(`${answer.status} ${answer.body.slice(0, 300)}`);
    } finally {
      client.destroy();
    }
  }
}
