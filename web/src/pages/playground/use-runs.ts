import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/client';
import { askIfSignedOut } from '../../api/queries';
import { noteGiven } from '../../components/given-recordings';
import type { ColumnWish } from './column-wish';
import type { Kept } from './kept';
import type { Recording } from './recording';
import { costInLog, send, type Answer, type Progress } from './send';
import { tabOf, type TabName } from './answer-tabs';

/** What a column has asked and heard. */
export interface Run {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly controller: AbortController;
  readonly wish: ColumnWish;
  readonly startedAt: number;
  readonly progress: Progress;
  readonly error?: Error;
  /** Answers about the same recording to the same question, by the tab that shows each. */
  readonly answers: Readonly<Partial<Record<TabName, Answer>>>;
  /** The one that figures and words are of. */
  readonly shown?: Answer;
}

/** A request that has been answered, for the list of what was spent. */
export interface Spending {
  readonly requestId: string;
  readonly model: string;
  readonly outcome: 'answered' | 'failed';
  /** US dollars; undefined = unknown. */
  readonly usd?: number;
  readonly why?: string;
}

/** Why a cost is unknown. */
export const STREAM_COST = 'Streams begin before the cost is known; the log has it.';
export const NO_PRICE = 'There is no price for it.';

/** The requests of the columns, by their numbers. They live as long as the page. */
export function useRuns({ kept, readsLogs }: { readonly kept: Kept; readonly readsLogs: boolean }) {
  const [runs, setRuns] = useState<readonly (Run | undefined)[]>([]);
  const [spendings, setSpendings] = useState<readonly Spending[]>([]);

  /** Of what is under way: nobody waits for it any more when the page is left. */
  const live = useRef(new Set<AbortController>());
  useEffect(() => {
    const { current } = live;
    return () => current.forEach((controller) => controller.abort());
  }, []);

  const start = async (index: number, wish: ColumnWish, recording: Recording, keepsAnswers = false) => {
    const before = runs[index];
    before?.controller.abort();
    const controller = new AbortController();
    live.current.add(controller);
    const first: Run = {
      state: 'running',
      controller,
      wish,
      startedAt: Date.now(),
      progress: { sent: 0 },
      answers: (keepsAnswers && before?.answers) || {},
      ...(keepsAnswers && before?.shown && { shown: before.shown }),
    };
    setRuns((all) =>
      Array.from({ length: Math.max(all.length, index + 1) }, (_, at) => (at === index ? first : all[at])),
    );
    // By its own, not by its number: columns move up when one before them goes, and one that is gone says nothing any more.
    const change = (to: (run: Run) => Run) =>
      setRuns((all) => all.map((run) => (run?.controller === controller ? to(run) : run)));
    try {
      const answer = await send(recording, wish, kept, controller.signal, (progress) =>
        change((run) => ({ ...run, progress })),
      );
      const { requestId } = answer.facts;
      if (requestId !== undefined && recording.kind === 'file') noteGiven(requestId, recording.file);
      const known = answer.isStream && readsLogs ? await withCost(answer) : answer;
      change((run) => ({
        ...run,
        state: 'done',
        answers: { ...run.answers, [tabOf(known)]: known },
        shown: run.shown && keepsAnswers ? richer(run.shown, known) : known,
      }));
      const spending = spendingOf(known);
      if (spending) setSpendings((all) => [spending, ...all]);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (error.name === 'AbortError') return;
      change((run) => ({ ...run, state: 'failed', error }));
      askIfSignedOut(error);
      const spending = failureOf(error, wish);
      if (spending) setSpendings((all) => [spending, ...all]);
    } finally {
      live.current.delete(controller);
    }
  };

  const cancel = (index: number) => {
    runs[index]?.controller.abort();
    setRuns((all) => all.map((run, at) => (at === index && run ? { ...run, state: 'cancelled' } : run)));
  };

  /** Forgets what a column has heard; those after it move up. */
  const remove = (index: number) => {
    runs[index]?.controller.abort();
    setRuns((all) => all.filter((_, at) => at !== index));
  };

  /** Forgets all answers: they were about another recording. */
  const clear = () => {
    for (const run of runs) run?.controller.abort();
    setRuns([]);
  };

  return { runs, spendings, start, cancel, remove, clear };
}

/** Words with times go before segments with times, and those before text. */
function richer(one: Answer, other: Answer): Answer {
  const rank = ({ heard }: Answer) => (heard.hasWordTimes ? 2 : 0) + (heard.segments[0]?.start === undefined ? 0 : 1);
  return rank(other) > rank(one) ? other : one;
}

async function withCost(answer: Answer): Promise<Answer> {
  const { requestId } = answer.facts;
  if (requestId === undefined) return answer;
  // Nothing is worse for a log that cannot be read than an unknown cost.
  const costUsd = await costInLog(requestId).catch(() => undefined);
  return { ...answer, facts: { ...answer.facts, costUsd } };
}

function spendingOf({ facts, wish, isStream }: Answer): Spending | undefined {
  const { requestId, model, costUsd } = facts;
  if (requestId === undefined) return undefined;
  return {
    requestId,
    model: model ?? wish.model ?? '',
    outcome: 'answered',
    ...(costUsd === undefined ? { why: isStream ? STREAM_COST : NO_PRICE } : { usd: costUsd }),
  };
}

function failureOf(error: Error, { model = '' }: ColumnWish): Spending | undefined {
  if (!(error instanceof ApiError) || error.requestId === undefined) return undefined;
  return { requestId: error.requestId, model, outcome: 'failed', why: 'Errors do not tell a cost; the log has it.' };
}
