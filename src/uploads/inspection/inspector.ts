import { availableParallelism } from 'node:os';
import { Logger } from '@nestjs/common';
import { overloaded } from '../../domain/errors.js';
import type { SpooledBytes } from '../memory-or-temp-file.js';
import { unknownDuration } from '../measuring/measure-audio.js';
import type { Inspected, Inspection } from './inspect-upload.js';
import { inspectionThreadCode } from './inspection-thread.code.js';
import type { InspectionTask } from './inspection-thread.main.js';
import { inspectPlainPcm } from './plain-pcm.js';
import { WorkerThreads, type ThreadOptions } from './worker-threads.js';

/** For everybody; tests have other ones. */
const defaults: ThreadOptions = {
  code: inspectionThreadCode,
  // Beside the thread that serves.
  count: availableParallelism() >= 4 ? 2 : 1,
  // What waits is in memory or on disk already, within the bounds on uploads.
  maxWaiting: 1_000,
  // The steps that a file may take are counted, and end long before on any machine: this ends what is broken.
  timeoutMs: 10_000,
  turnMs: 1_000,
  // Most of what is needed are windows of files, which are not counted here: they are bounded by themselves.
  resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
};

/**
 * Looks into uploads on threads of its own, because a file can be made so that this takes seconds: what it is, whether there is
 * anything to hear, and how long it plays.
 */
export class Inspector implements AsyncDisposable {
  private readonly logger = new Logger(Inspector.name);
  private readonly threads: WorkerThreads<InspectionTask, Inspection>;

  constructor(options: Partial<ThreadOptions> = {}) {
    this.threads = new WorkerThreads({ ...defaults, ...options });
  }

  /** Starts the threads, so that the first upload need not wait for that. */
  start(): void {
    this.threads.start();
  }

  /**
   * Looks into one upload.
   * @throws GatewayError 503 when too many others wait for it, or nothing at all could be found out
   * @throws the signal's reason
   */
  async inspect({ place, sizeBytes }: SpooledBytes, signal?: AbortSignal): Promise<Inspected> {
    const inline = typeof place === 'string' ? undefined : inspectPlainPcm(place, sizeBytes);
    if (inline) return inline;
    const make = (): InspectionTask => ({ place, sizeBytes });
    const { answer, failure, error } = await this.threads.run({ make, sizeBytes, signal });
    const isTooLong = failure === 'too_long';
    if (isTooLong || failure === 'broken') {
      const what = isTooLong ? 'looking into an upload took too long' : 'an upload could not be looked into';
      this.logger.warn({ err: error, size_bytes: sizeBytes }, what);
    }
    if (!answer) throw overloaded('The gateway cannot look into more recordings at the moment. Try again.');
    if ('found' in answer) return answer;
    const { container, measure } = answer;
    const unmeasured = isTooLong ? 'it took too long to measure' : 'it could not be measured';
    return { container, measure: measure ?? unknownDuration(unmeasured) };
  }

  /** Ends the threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.threads[Symbol.asyncDispose]();
  }
}
