import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Response } from 'express';
import type { TeamScope } from '../../../domain/administrator.js';
import { GatewayError, notFound } from '../../../domain/errors.js';
import { CLOCK, type Clock } from '../../../http/clock.js';
import { isClientGone } from '../../../http/deadline.js';
import { Drain } from '../../../http/drain.js';
import { watchAdmission } from '../../../http/watch-admission.js';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { heavyOf, onlyFields } from '../log-fields.js';
import { presentLog } from '../log.schema.js';
import { LogsRepository, NO_ID, type WrittenPlace } from '../logs.repository.js';
import { LogHorizon } from './log-horizon.js';
import type { LogStreamQuery } from './log-stream.schema.js';

/** Each asks the database of its own whenever there are new logs. */
const MAX_LISTENERS = 20;
const ROWS = 200;
/** Shorter than what proxies and clients take for a dead connection. */
const SILENCE_MS = 15_000;

/** Who follows the ledger. */
export interface LogListener {
  /** Whose logs it may see. */
  readonly scope: TeamScope;
  /** Whether its key still opens the stream; asked before logs are sent, and every second. */
  readonly isStillAdmitted: () => Promise<boolean>;
}

/**
 * Follows the ledger for clients, in the order in which it is written. Nothing is kept for them: who reads slowly asks later, for
 * what came since.
 */
@Injectable()
export class LogStreamService {
  private readonly logger = new Logger(LogStreamService.name);
  private listeners = 0;

  constructor(
    private readonly repository: LogsRepository,
    private readonly horizon: LogHorizon,
    private readonly drain: Drain,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Sends logs as server-sent events until the client goes, its key opens them no longer, or the gateway stops.
   * @param lastId the log after which to go on; none = with those that are written from now on
   * @throws GatewayError 404 when there is no log with that id, 503 when too many listen
   */
  async follow(
    query: LogStreamQuery,
    lastId: string | undefined,
    listener: LogListener,
    response: Response,
  ): Promise<void> {
    if (this.listeners >= MAX_LISTENERS) throw tooManyListeners();
    this.listeners += 1;
    try {
      const place = await this.placeAfter(lastId, listener.scope);
      await this.send(query, place, listener, new PacedAnswer(response, this.drain.signal));
    } finally {
      this.listeners -= 1;
    }
  }

  private async send(
    { fields, ...filter }: LogStreamQuery,
    from: WrittenPlace,
    { isStillAdmitted }: LogListener,
    answer: PacedAnswer,
  ): Promise<void> {
    let place = from;
    answer.open({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    const beat = this.startHeartbeat(answer);
    const unwatch = watchAdmission(isStillAdmitted, this.clock, () => answer.stop());
    try {
      let horizon: string | undefined = await this.horizon.now();
      while (horizon !== undefined && (await isStillAdmitted())) {
        const rows = await this.repository.writtenAfter(filter, place, horizon, {
          limit: ROWS,
          heavy: heavyOf(fields),
        });
        for (const row of rows) {
          await answer.send(eventOf(row.id, onlyFields(presentLog(row, undefined), fields)));
        }
        const last = rows.at(-1);
        if (last && rows.length === ROWS) place = { ...place, xid: last.xid, id: last.id };
        else {
          place = { ...place, xid: horizon, id: NO_ID };
          horizon = await this.horizon.after(horizon, answer.signal);
        }
        if (answer.signal.aborted) break;
      }
      answer.end();
    } catch (error) {
      // The client comes again with the last id that it has seen.
      if (!isClientGone(error)) this.logger.warn({ err: error }, 'a stream of logs has broken off');
      answer.cut();
    } finally {
      beat();
      unwatch();
    }
  }

  private async placeAfter(lastId: string | undefined, scope: TeamScope): Promise<WrittenPlace> {
    if (lastId === undefined) return await this.repository.now();
    const place = await this.repository.placeOf(lastId, scope);
    if (!place) throw notFound(`There is no request with the id '${lastId}' in the ledger`, 'last-event-id');
    return place;
  }

  /** @returns what ends it */
  private startHeartbeat(answer: PacedAnswer): () => void {
    let cancel: () => void = () => undefined;
    const beat = () => {
      answer.sendIfRead(': still here\n\n');
      cancel = this.clock.startTimer(SILENCE_MS, beat);
    };
    beat();
    return () => cancel();
  }
}

function eventOf(id: string, log: object): string {
  return `id: ${id}\nevent: log\ndata: ${JSON.stringify(log)}\n\n`;
}

function tooManyListeners(): GatewayError {
  return new GatewayError({
    status: 503,
    message: `Only ${MAX_LISTENERS} clients can follow the logs of one gateway at once`,
    type: 'server_error',
    code: 'too_many_listeners',
    headers: { 'retry-after': '10' },
  });
}
