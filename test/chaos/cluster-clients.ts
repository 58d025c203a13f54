import { setTimeout as delay } from 'node:timers/promises';
import { makeWav } from '../support/audio.js';
import { ask, type Answer, type Question } from './question.js';

/** As OpenAI's clients wait before they ask again, where nothing else was said. */
const RETRY_MS = 500;

/** Who asks, what, and which refusals are what was agreed on. */
export interface Application {
  readonly name: string;
  readonly key: string;
  readonly questions: readonly Question[];
  /** Codes of answers that its limits and budgets bring about. */
  readonly bounds: readonly string[];
  /** Whether nobody but PostgreSQL can say if there is room for its requests. */
  readonly needsDatabase: boolean;
  /** How many of it ask at once. */
  readonly clients: number;
  /** How long each waits after an answer. */
  readonly pauseMs: number;
  /** How long its recording plays. */
  readonly audioSeconds: number;
}

/** A request that was answered with 200 to its end. */
export interface Served {
  readonly id: string;
  readonly application: string;
  readonly isStreamed: boolean;
  readonly sentMs: number;
  readonly endedMs: number;
}

/** What a request came to that a second try did not cure. */
export interface Uncured {
  readonly application: string;
  readonly first: string;
  readonly second: string;
  /** Between them. */
  readonly waitedMs: number;
}

/**
 * Applications that ask without pause, by the client of which each asks once more, as OpenAI's do, when there was no answer, half of one,
 * or one that says so.
 */
export class ClusterClients {
  readonly served: Served[] = [];
  /** Of those that a limit or a budget has refused. */
  readonly bounded: { readonly id: string; readonly application: string; readonly code: string }[] = [];
  readonly uncured: Uncured[] = [];
  /** Requests that the second try has cured, by what the first came to. */
  readonly cured = new Map<string, number>();
  /** Requests that were refused twice for want of PostgreSQL, of applications that need it. */
  withoutDatabase = 0;
  private readonly stopped = new AbortController();
  private readonly loops: Promise<void>[];
  private readonly underWay = new Set<Promise<void>>();

  /** @param wasAwaySince whether PostgreSQL was away after a moment of `performance.now()` */
  constructor(
    private readonly url: string,
    applications: readonly Application[],
    private readonly wasAwaySince: (sinceMs: number) => boolean,
  ) {
    this.loops = applications.flatMap((application) => {
      const wav = new Blob([makeWav({ durationSeconds: application.audioSeconds, sampleRate: 8000, toneHz: 440 })]);
      return Array.from({ length: application.clients }, (_, index) => this.loop(application, index, wav));
    });
  }

  /** Resolves when every request that is under way now has ended, also its second try. */
  async passed(): Promise<void> {
    await Promise.all(this.underWay);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.loops);
  }

  private async loop(application: Application, index: number, wav: Blob): Promise<void> {
    for (let turn = index; !this.stopped.signal.aborted; turn += 1) {
      const question = application.questions[turn % application.questions.length];
      if (!question) return;
      const request = this.request(application, question, wav);
      this.underWay.add(request);
      await request.finally(() => this.underWay.delete(request));
      await delay(application.pauseMs);
    }
  }

  private async request(application: Application, question: Question, wav: Blob): Promise<void> {
    const beganMs = performance.now();
    const first = await this.attempt(application, question, wav);
    if (first.isSettled) return;
    if (first.shouldRetry) await delay(first.retryAfterMs);
    const waitedMs = Math.round(performance.now() - beganMs);
    const second = first.shouldRetry ? await this.attempt(application, question, wav) : first;
    if (second.isSettled) this.cured.set(first.what, (this.cured.get(first.what) ?? 0) + 1);
    else if (application.needsDatabase && second.isForDatabase && this.wasAwaySince(beganMs)) this.withoutDatabase += 1;
    else this.uncured.push({ application: application.name, first: first.what, second: second.what, waitedMs });
  }

  private async attempt(application: Application, question: Question, wav: Blob): Promise<Attempt> {
    const sentMs = Date.now();
    let answer: Answer;
    try {
      answer = await ask(this.url, application.key, question, wav, { connection: 'close' });
    } catch (error) {
      const what = error instanceof Error && error.message === 'half an answer' ? error.message : 'cut off';
      return { what, isSettled: false, isForDatabase: false, shouldRetry: true, retryAfterMs: RETRY_MS };
    }
    const { status, id, code = '', retryAfterMs = RETRY_MS } = answer;
    const what = `${status} ${code}`.trim();
    const { name } = application;
    const isBounded = application.bounds.includes(code);
    if (status === 200) {
      this.served.push({ id, application: name, isStreamed: 'stream' in question.fields, sentMs, endedMs: Date.now() });
    } else if (isBounded) this.bounded.push({ id, application: name, code });
    return {
      what,
      isSettled: status === 200 || isBounded,
      isForDatabase: code === 'database_unavailable',
      shouldRetry: answer.shouldRetry ?? ([408, 409, 429].includes(status) || status >= 500),
      retryAfterMs,
    };
  }
}

interface Attempt {
  /** The status and the code, or that there was no answer. */
  readonly what: string;
  /** Whether it was answered, or refused as was agreed on. */
  readonly isSettled: boolean;
  readonly isForDatabase: boolean;
  readonly shouldRetry: boolean;
  readonly retryAfterMs: number;
}
