import { peakMibOf, resetPeak } from '../../bench/usage.mjs';
import { RawHttp } from '../support/raw-http.js';
import { SinkUpstream } from '../support/sink-upstream.js';
import { LoadedGateway, type Usage } from './loaded-gateway.js';
import { RawUpload } from './raw-upload.js';

const MEBIBYTE = 2 ** 20;
/** Long enough that an upstream is slower than a gateway that reads its uploads from wherever they are. */
const UPSTREAM_PAUSE_MS = 10;
/** What is loaded, compiled and pooled by the first requests is no memory of uploads: small ones, and one that is not. */
const WARM_UP_BYTES = [...Array<number>(40).fill(32 * 1024), 5 * MEBIBYTE];

/** Uploads at once, and in front of what. */
export interface MemoryLoad {
  readonly uploads: number;
  readonly fileMib: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Absent = the embedded one. */
  readonly databaseUrl?: string;
}

/** What they took. */
export interface MemoryVerdict {
  readonly idleMib: number;
  readonly peakMib: number;
  readonly finalMib: number;
  /** Answers that were no 200. */
  readonly failures: readonly string[];
  readonly left: Pick<Usage, 'uploadFiles' | 'upstreamSockets' | 'upstreamRequests'>;
  /** What is open at the end and was not at the beginning. */
  readonly descriptorsLeft: number;
}

/**
 * Has uploads arrive side by side, piece by piece, none of which gets its last byte before all have got the others, then an
 * upstream read them slowly, and tells how much memory the gateway's process had resident at most.
 */
export async function runMemory({ uploads, fileMib, environment, databaseUrl }: MemoryLoad): Promise<MemoryVerdict> {
  const sink = await SinkUpstream.start({ pauseMs: UPSTREAM_PAUSE_MS });
  try {
    await using gateway = await LoadedGateway.start(sink, { environment, databaseUrl });
    await warmUp(gateway);
    const idle = await gateway.settled();
    resetPeak(gateway.pid);
    const failures = await sendAll(gateway, uploads, fileMib * MEBIBYTE);
    const peakMib = peakMibOf(gateway.pid);
    const { residentMib, descriptors, uploadFiles, upstreamSockets, upstreamRequests } = await gateway.settled(
      idle.descriptors,
    );
    return {
      idleMib: Math.round(idle.residentMib),
      peakMib: Math.round(peakMib),
      finalMib: Math.round(residentMib),
      failures,
      left: { uploadFiles, upstreamSockets, upstreamRequests },
      descriptorsLeft: Math.max(0, descriptors - idle.descriptors),
    };
  } finally {
    await sink.close();
  }
}

async function sendAll(gateway: LoadedGateway, count: number, fileBytes: number): Promise<string[]> {
  const { url, key } = gateway;
  const clients = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const upload = new RawUpload({ url, key, tag: SinkUpstream.tagOf(index, 'answer'), fileBytes });
      const client = await RawHttp.connect(url);
      await client.send(Buffer.concat([upload.head, upload.formHead]));
      return { client, pieces: upload.pieces() };
    }),
  );
  // All have as many pieces, so that nobody's last one is sent before everybody's others.
  for (let left = clients; left.length > 0;) {
    const still: typeof left = [];
    for (const upload of left) {
      const { value } = upload.pieces.next();
      if (value === undefined) continue;
      await upload.client.send(value);
      still.push(upload);
    }
    left = still;
  }
  const answers = await Promise.all(
    clients.map(({ client }) => client.answer().catch((error: unknown) => ({ status: 0, body: String(error) }))),
  );
  for (const { client } of clients) client.destroy();
  return answers.filter(({ status }) => status !== 200).map(({ status, body }) => `${status} ${body.slice(0, 200)}`);
}

async function warmUp({ url, key }: LoadedGateway): Promise<void> {
  for (const [index, fileBytes] of WARM_UP_BYTES.entries()) {
    const upload = new RawUpload({ url, key, tag: SinkUpstream.tagOf(index, 'answer'), fileBytes });
    const client = await upload.send(url);
    await client.answer();
    client.destroy();
  }
}
