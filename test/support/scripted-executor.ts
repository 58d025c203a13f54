import { priceBook } from './all-providers.js';
import { mendTimes } from '../../src/domain/mend-times.js';
import type { TranscriptionEvent } from '../../src/domain/transcription.js';
import { systemClock } from '../../src/http/clock.js';
import { Attempts } from '../../src/routing/attempts.js';
import type { DeploymentHealth } from '../../src/routing/deployment-health.js';
import type { DeploymentLoad } from '../../src/routing/deployment-load.js';
import type { Execution } from '../../src/routing/execution.js';
import { Executor } from '../../src/routing/executor.js';
import { Hedging } from '../../src/routing/hedging.js';
import { callForTranscription, type Prepared } from '../../src/transcriptions/candidates/transcription-call.js';
import type { TranscriptionCandidate } from '../../src/transcriptions/candidates/transcription-candidate.js';
import { TranscriptionCosts } from '../../src/transcriptions/candidates/transcription-costs.js';
import { catalogueOf, sleepInFakedTime, unnotedUses } from './scripted-provider.js';

/** How transcriptions are carried out. */
export type ScriptedExecution = Execution<TranscriptionCandidate, Prepared, TranscriptionEvent>;

/** An executor for scripted providers, in faked time. */
export function executorOf(health: DeploymentHealth, load: DeploymentLoad, random: () => number): Executor {
  const catalogue = catalogueOf();
  const attempts = new Attempts(catalogue, health, load, unnotedUses(), systemClock);
  const hedging = new Hedging(load, health, sleepInFakedTime);
  return new Executor(attempts, hedging, catalogue, health, load, random, sleepInFakedTime, systemClock);
}

/** Calls scripted providers, and takes what they answer as it is. */
export const scriptedCalls: Pick<ScriptedExecution, 'call' | 'costOf'> = {
  call: (candidate, signal) =>
    callForTranscription(candidate, signal, (_candidate, reported) => ({ result: mendTimes(reported, undefined) })),
  costOf: (candidate, told) => new TranscriptionCosts(priceBook).costOf(candidate, told, 0),
};
