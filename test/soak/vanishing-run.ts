import { seededRandom } from '../support/seeded-random.js';
import { SinkUpstream } from '../support/sink-upstream.js';
import { compareLogs, type LogComparison } from './compare-logs.js';
import { LoadedGateway, type Usage } from './loaded-gateway.js';
import { RawUpload } from './raw-upload.js';
import { type Phase, phases, vanish } from './vanishing-client.js';

const AT_ONCE = 24;
const KIBIBYTE = 1024;
/** Below, at and far above what uploads hold in memory each. */
const FILE_BYTES = [32 * KIBIBYTE, 500 * KIBIBYTE, 3 * KIBIBYTE ** 2, 6 * KIBIBYTE ** 2];
const WARM_UP_REQUESTS = 24;

/** How many clients vanish, and where. */
export interface VanishingLoad {
  readonly clients: number;
  readonly seed: number;
  /** Absent = the embedded one. */
  readonly databaseUrl?: string;
  readonly onProgress?: (gone: number) => void;
}

/** What is there when they have gone. */
export interface VanishingVerdict {
  readonly gone: Readonly<Record<Phase, number>>;
  readonly left: Pick<Usage, 'uploadFiles' | 'upstreamSockets' | 'upstreamRequests'>;
  readonly descriptorsBefore: number;
  readonly descriptorsAfter: number;
  /** What is open in the end, where that is more than there was before. */
  readonly openTargets: readonly string[];
  readonly logs: LogComparison;
}

/** Has clients vanish in every phase of a request, at random, and compares what is left with what was there before. */
export async function runVanishing(load: VanishingLoad): Promise<VanishingVerdict> {
  const sink = await SinkUpstream.start();
  try {
    await using gateway = await LoadedGateway.start(sink, { databaseUrl: load.databaseUrl });
    await warmUp(gateway);
    const { descriptors: descriptorsBefore } = await gateway.settled();
    const gone = await haveVanish(gateway, sink, load);
    const { descriptors, uploadFiles, upstreamSockets, upstreamRequests } = await gateway.settled(descriptorsBefore);
    const openTargets = descriptors > descriptorsBefore ? gateway.openTargets() : [];
    return {
      gone,
      left: { uploadFiles, upstreamSockets, upstreamRequests },
      descriptorsBefore,
      descriptorsAfter: descriptors,
      openTargets,
      logs: await compareLogs(gateway, sink),
    };
  } finally {
    await sink.close();
  }
}

async function haveVanish(
  gateway: LoadedGateway,
  sink: SinkUpstream,
  { clients, seed, onProgress }: VanishingLoad,
): Promise<Record<Phase, number>> {
  const random = seededRandom(seed);
  const drawn = Array.from({ length: clients }, (_, index) => ({
    // The warm-up has the first tags.
    index: WARM_UP_REQUESTS + index,
    phase: phases[index % phases.length] ?? 'in the file',
    fileBytes: FILE_BYTES[Math.floor(random() * FILE_BYTES.length)] ?? KIBIBYTE,
    share: random(),
  }));
  const gone: Record<Phase, number> = {
    'in the headers': 0,
    "in the form's head": 0,
    'in the file': 0,
    'while the provider works': 0,
    'in the answer': 0,
    'in the events': 0,
  };
  const waiting = drawn.values();
  const loop = async (): Promise<void> => {
    for (const client of waiting) {
      await vanish(gateway, sink, client);
      gone[client.phase] += 1;
      onProgress?.(Object.values(gone).reduce((sum, count) => sum + count, 0));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  return gone;
}

/** Opens what a process opens once: threads, the journal's files, connections to the database. */
async function warmUp({ url, key }: LoadedGateway): Promise<void> {
  for (let index = 0; index < WARM_UP_REQUESTS; index += 1) {
    const fileBytes = FILE_BYTES[index % FILE_BYTES.length] ?? KIBIBYTE;
    const upload = new RawUpload({ url, key, tag: SinkUpstream.tagOf(index, 'answer'), fileBytes });
    const client = await upload.send(url);
    await client.answer();
    client.destroy();
  }
}
