import type { Attempt } from '../domain/attempt.js';
import { TRANSLATION_PROVIDER } from '../domain/translation-provider.js';
import type { LogEntry, RequestStatus } from '../ledger/entry/log-entry.js';
import type { EndedAttempt } from '../routing/execution.js';

/** The attempts of one request, in the order in which they have ended, and what they come to. */
export class AttemptList {
  private readonly ended: EndedAttempt[] = [];
  private begun = 0;

  /** @param receivedAtMs when the request's headers were read, on the clock of requests */
  constructor(private readonly receivedAtMs: number) {}

  /** A deployment is about to be asked. */
  begin(): void {
    this.begun += 1;
  }

  end(ended: EndedAttempt): void {
    this.ended.push(ended);
  }

  /** How many have begun on deployments. */
  get count(): number {
    return this.begun;
  }

  /** Whether one has begun of which it is not known how it ended. */
  get isOneUnderWay(): boolean {
    return this.ended.length < this.begun;
  }

  /** Those that have ended, as a log has them. */
  get logged(): readonly Attempt[] {
    return this.ended.map(({ attempt, times: { startedAtMs } }) => ({
      ...attempt,
      started_ms: Math.round(startedAtMs - this.receivedAtMs),
    }));
  }

  /** Sum of their times, in whole milliseconds. */
  get latencyMs(): number {
    return this.ended.reduce((sum, { attempt }) => sum + attempt.latency_ms, 0);
  }

  /** How often a deployment has been asked for a target. */
  countOn(deploymentId: string, target: string | undefined): number {
    return this.ended.filter((it) => it.attempt.deployment_id === deploymentId && it.target === target).length;
  }

  /** How many models beside this one have failed. */
  failedModelsBeside(model: string): number {
    const failed = this.ended.filter(({ attempt }) => attempt.model !== model && attempt.outcome !== 'success');
    return modelsOf(failed).size;
  }

  /** The one by which the deployment has answered; when it has not, its latest; when it was not asked, the latest of all. */
  decisiveOf(deploymentId: string | undefined): Attempt | undefined {
    // The translation model's calls are attempts, too, and so is a transcription that it could not translate.
    const all = this.logged;
    const own = all.filter((attempt) => attempt.deployment_id === deploymentId);
    return own.find(({ outcome }) => outcome === 'success') ?? own.at(-1) ?? all.at(-1);
  }

  /** What the request took beside one attempt, if that is how it has ended. */
  detours(status: RequestStatus): Pick<LogEntry, 'retries' | 'fallbacks' | 'rescued' | 'translated'> {
    // Whoever translates what others have transcribed is nobody's fallback.
    const byDeployments = this.ended.filter(({ attempt }) => attempt.provider !== TRANSLATION_PROVIDER);
    // Of a chat whose recordings are written down first, both steps have models of their own.
    const ofChats = byDeployments.filter(({ task }) => task === 'chat');
    const ofOthers = byDeployments.filter(({ task }) => task !== 'chat');
    const outcomes = new Set(this.ended.map(({ attempt }) => attempt.outcome));
    // What a faster attempt has overtaken has not failed.
    const hasFailed = [...outcomes].some((outcome) => outcome !== 'success' && outcome !== 'aborted');
    return {
      retries: this.ended.filter(({ isRetry }) => isRetry).length,
      fallbacks: laterModels(ofChats) + laterModels(ofOthers),
      rescued: status === 'success' && hasFailed && outcomes.has('success'),
      translated: byDeployments.length < this.ended.length,
    };
  }
}

/** How many models were asked after the first. */
function laterModels(ended: readonly EndedAttempt[]): number {
  return Math.max(modelsOf(ended).size - 1, 0);
}

function modelsOf(ended: readonly EndedAttempt[]): ReadonlySet<string> {
  return new Set(ended.map(({ attempt }) => attempt.model));
}
