import { RawHttp } from '../support/raw-http.js';
import { type SinkBehaviour, SinkUpstream } from '../support/sink-upstream.js';
import type { LoadedGateway } from './loaded-gateway.js';
import { RawUpload } from './raw-upload.js';

/** When a client vanishes. */
export const phases = [
  'in the headers',
  "in the form's head",
  'in the file',
  'while the provider works',
  'in the answer',
  'in the events',
] as const;
export type Phase = (typeof phases)[number];

/** What the provider does meanwhile. */
const behaviours: Readonly<Record<Phase, SinkBehaviour>> = {
  'in the headers': 'answer',
  "in the form's head": 'answer',
  'in the file': 'answer',
  'while the provider works': 'hang',
  'in the answer': 'long',
  'in the events': 'endless',
};

/** One client of many. */
export interface VanishingClient {
  readonly index: number;
  readonly phase: Phase;
  readonly fileBytes: number;
  /** How far into what it vanishes in, from 0 to 1. */
  readonly share: number;
}

/** Does what a client does until it vanishes, and vanishes: its connection is dropped, whatever is under way on it. */
export async function vanish(
  gateway: Pick<LoadedGateway, 'url' | 'key'>,
  sink: SinkUpstream,
  { index, phase, fileBytes, share }: VanishingClient,
): Promise<void> {
  const { url, key } = gateway;
  const tag = SinkUpstream.tagOf(index, behaviours[phase]);
  const streams = phase === 'in the events';
  const upload = new RawUpload({
    url,
    key,
    tag,
    fileBytes,
    ...(streams && { model: 'gpt4o', fields: { stream: 'true' } }),
  });
  const client = await RawHttp.connect(url);
  try {
    if (phase === 'in the headers') {
      await client.send(cut(upload.head, share));
      return;
    }
    await client.send(upload.head);
    if (phase === "in the form's head") {
      await client.send(cut(upload.formHead, share));
      return;
    }
    await client.send(upload.formHead);
    let leftBytes = phase === 'in the file' ? Math.ceil(fileBytes * share) : Number.POSITIVE_INFINITY;
    for (const piece of upload.pieces()) {
      await client.send(piece.subarray(0, leftBytes));
      leftBytes -= piece.length;
      if (leftBytes <= 0) return;
    }
    // A gateway that refuses it would otherwise be waited for in vain.
    if (phase === 'while the provider works') await Promise.race([sink.received(tag), client.closed]);
    else await client.receive(streams ? 'data: ' : 'HTTP/1.1 200');
  } finally {
    client.destroy();
  }
}

function cut(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.max(1, Math.floor((bytes.length - 1) * share)));
}
