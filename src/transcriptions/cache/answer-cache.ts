import { Inject, Injectable, Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { isDatabaseUnavailable } from '../../database/database-errors.js';
import type { CacheFacts } from '../../domain/cache-status.js';
import type { CacheWish } from '../../domain/cache-wish.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import type { CatalogueModel } from '../../models/catalogue-model.js';
import { Catalogue } from '../../models/catalogue.js';
import type { Run } from '../run.js';
import { AnswerCacheRepository, CLAIM_SECONDS, type AnswerReference } from './answer-cache.repository.js';
import { formOf, neededParts, partsOf } from './answer-form.js';
import { cacheKeyOf, hashAudio } from './cache-key.js';
import { offTurn, type CacheTurn, type GivenAnswer } from './cache-turn.js';
import { decodeAnswer, encodeAnswer, hitOf, type CachedAnswer, type CacheHit } from './cached-answer.js';
import { OpenAnswers, type OpenAnswer } from './open-answers.js';
import { Patience } from './patience.js';

/** How long an answer is kept where a request wants it to be, and nobody has said how long. */
const DEFAULT_TTL_SECONDS = 600;
/** How often it is looked whether another gateway has the answer that it is asking for. */
const POLL_MS = 250;
/** How long the last answers may take to be stored when the gateway stops. */
const SHUTDOWN_MS = 5_000;
const MEBIBYTE = 1024 * 1024;
const DAY_SECONDS = 86_400;

/** A question on its way through the cache. */
interface Asked extends AnswerReference {
  readonly run: Run;
  readonly model: CatalogueModel;
  readonly wish: CacheWish;
  readonly ttlSeconds: number;
  readonly keyId: string | null;
  readonly facts: CacheFacts & { readonly key: string };
}

/**
 * Answers that are given again to whoever asked for them, when the same is asked of the same recording. Equal questions
 * at the same time are asked once: by one request of this process, and, as long as the database answers, of all gateways
 * on it. The cache never fails a request: what goes wrong in it is a miss.
 */
@Injectable()
export class AnswerCache implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(AnswerCache.name);
  private readonly open = new OpenAnswers();
  private readonly storing = new Set<Promise<void>>();
  /** The latest answer to a question, by its key, until it is stored: who asks for another form waits for it. */
  private readonly storingOf = new Map<string, Promise<void>>();
  private storedBytes = 0;

  constructor(
    private readonly repository: AnswerCacheRepository,
    private readonly catalogue: Catalogue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS)
    private readonly settings: Pick<
      Settings,
      'cache_transcripts' | 'store_transcripts' | 'cache_max_mb' | 'translation_model' | 'translation_api_base'
    >,
  ) {}

  onModuleInit(): void {
    if (this.keepsTranscripts || this.catalogue.routing.cache_seconds === 0) return;
    this.logger.warn(
      'answers are not cached although CACHE_SECONDS says so: no transcripts are kept, and CACHE_TRANSCRIPTS=true does not allow it',
    );
  }

  /**
   * What the cache does for a request whose model is known. Waits for the answer of an equal request that is under way,
   * but for no more than half of the time that is left: then there is enough to ask.
   * @param onWait told when it may take a while
   * @throws the reason of the deadline's signal
   */
  async turnOf(run: Run, model: CatalogueModel, onWait: () => void): Promise<CacheTurn> {
    const { request, wishes, failModel, log, caller } = run;
    const { cache: wish = {} } = wishes;
    const ofModel = model.routing.cache_seconds ?? this.catalogue.routing.cache_seconds;
    const isWanted = wish.use === true || wish.ttlSeconds !== undefined;
    const wished = wish.ttlSeconds ?? (ofModel > 0 ? ofModel : isWanted ? DEFAULT_TTL_SECONDS : 0);
    const { transcript_retention_days: days } = run.privacy;
    const ttlSeconds = days === null ? wished : Math.min(wished, days * DAY_SECONDS);
    if (ttlSeconds === 0) return offTurn;
    const objection = this.objectionTo(run);
    if (objection !== undefined) {
      if (isWanted) log.warnings.push(`cache was not applied: ${objection}`);
      return offTurn;
    }
    const { read = true, store = true } = wish;
    const isBypassed = (!read && !store) || failModel !== undefined;
    // What is at an address may be something else tomorrow.
    if (isBypassed || request.url !== undefined) return { ...offTurn, facts: { status: 'bypass', requestId: log.id } };
    const key = await this.keyOf(run, model, wish);
    const asked: Asked = {
      run,
      model,
      wish,
      ttlSeconds,
      key,
      form: formOf(request),
      keyId: caller.kind === 'virtual_key' ? caller.keyId : null,
      facts: { status: read ? 'miss' : 'refresh', key: key.toString('hex'), requestId: log.id },
    };
    return read && store ? await this.share(asked, onWait) : await this.askAlone(asked, { read, store });
  }

  /** Resolves when every answer that was given to be kept by now is stored, or cannot be. */
  async whenStored(): Promise<void> {
    await Promise.all(this.storing);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([this.whenStored(), delay(SHUTDOWN_MS, undefined, { ref: false })]);
  }

  /** What all answers together may take, in bytes. */
  get maxBytes(): number {
    return Math.round(this.settings.cache_max_mb * MEBIBYTE);
  }

  /** How many bytes have been stored since this was asked last. */
  takeStoredBytes(): number {
    const bytes = this.storedBytes;
    this.storedBytes = 0;
    return bytes;
  }

  /** A cached answer is a kept transcript: where those are not kept, it needs a word of its own. */
  private get keepsTranscripts(): boolean {
    return this.settings.cache_transcripts ?? this.settings.store_transcripts;
  }

  /** Why nothing may be cached for a request. */
  private objectionTo({ caller, redactor, privacy }: Pick<Run, 'caller' | 'redactor' | 'privacy'>): string | undefined {
    if (!this.keepsTranscripts) return 'no transcripts are kept here';
    // An answer of before the change is not given again either.
    if (!privacy.keep_transcripts) return 'transcripts of this API key are not kept';
    if (caller.kind === 'virtual_key' && !caller.cache) return 'this API key forbids it';
    // What is kept would have no masks in it, because the answer has none.
    if (redactor && !redactor.isInAnswer) return 'transcripts are masked where they are stored';
    return undefined;
  }

  private async keyOf(
    { caller, request, wishes, deadline, redactor }: Run,
    { routing, deployments }: CatalogueModel,
    wish: CacheWish,
  ) {
    const { drop_params, unsupported_format } = { ...this.catalogue.routing, ...routing };
    const { translation_model, translation_api_base } = this.settings;
    return cacheKeyOf(
      {
        caller,
        request,
        deployments,
        rules: {
          drop_params: wishes.drop_params ?? drop_params,
          unsupported_format,
          ...(redactor && { redaction: JSON.stringify(redactor.setting) }),
          ...(request.task === 'translate' && { translation_model, translation_api_base }),
        },
        namespace: wish.namespace,
      },
      await hashAudio(request.audio, deadline.signal),
    );
  }

  /** For who wants no answer from before, or none to be kept: nobody else gets theirs. */
  private async askAlone(asked: Asked, { read, store }: { read: boolean; store: boolean }): Promise<CacheTurn> {
    const hit = read ? await this.find(asked) : undefined;
    if (hit) return hitTurn(asked, hit);
    const { facts } = asked;
    return { ...offTurn, facts, ...(store && { keep: (given) => this.store(asked, given) }) };
  }

  private async share(asked: Asked, onWait: () => void): Promise<CacheTurn> {
    const { deadline, request } = asked.run;
    const { maxAgeSeconds = '' } = asked.wish;
    const question = `${asked.facts.key} ${asked.form} ${maxAgeSeconds}`;
    using patience = new Patience(this.clock, deadline.remainingMs / 2, deadline.signal);
    for (;;) {
      const open = this.open.find(question);
      if (!open) break;
      onWait();
      const shared = await Promise.race([open.outcome, patience.end]);
      deadline.signal.throwIfAborted();
      const hit = shared && hitOf(shared, request);
      if (hit) return hitTurn(asked, hit);
      if (patience.isOver || shared) return await this.askAlone(asked, { read: false, store: true });
    }
    return await this.lead(asked, this.open.open(question), patience, onWait);
  }

  /** Looks for the answer on behalf of all who ask the same, or gets it. */
  private async lead(asked: Asked, open: OpenAnswer, patience: Patience, onWait: () => void): Promise<CacheTurn> {
    const { deadline, log } = asked.run;
    let isClaimed = false;
    try {
      for (;;) {
        const hit = await this.find(asked);
        if (hit) {
          open.tell(hit.kept);
          open.close();
          if (isClaimed) this.release(asked);
          return hitTurn(asked, hit);
        }
        if (isClaimed) break;
        const claimed = await this.ask(() => this.repository.claim(asked, log.id));
        isClaimed = claimed === true;
        // Once more: the one before may have stored its answer and released its claim in between.
        if (isClaimed) continue;
        if (patience.isOver || claimed === undefined) break;
        onWait();
        await patience.pause(POLL_MS);
        deadline.signal.throwIfAborted();
      }
    } catch (error) {
      open.close();
      if (isClaimed) this.release(asked);
      throw error;
    }
    return this.leading(asked, open, isClaimed);
  }

  private leading(asked: Asked, open: OpenAnswer, isClaimed: boolean): CacheTurn {
    const { log } = asked.run;
    const renewing = isClaimed
      ? setInterval(() => void this.ask(() => this.repository.renewClaim(asked, log.id)), (1000 * CLAIM_SECONDS) / 3)
      : undefined;
    let stored: Promise<void> | undefined;
    return {
      facts: asked.facts,
      keep: (given) => {
        open.tell(toCached(asked, given));
        stored = this.store(asked, given);
      },
      [Symbol.dispose]: () => {
        clearInterval(renewing);
        const end = (): void => {
          open.close();
          if (isClaimed) this.release(asked);
        };
        // Who asks meanwhile is told what is being stored.
        if (stored) void stored.then(end);
        else end();
      },
    };
  }

  private async find(asked: Asked): Promise<CacheHit | undefined> {
    const { request } = asked.run;
    const { key, form, keyId, wish } = asked;
    const query = { key, form, keyId, parts: neededParts(request), maxAgeSeconds: wish.maxAgeSeconds };
    await this.storingOf.get(asked.facts.key);
    const bytes = await this.ask(() => this.repository.find(query));
    const kept = bytes && decodeAnswer(bytes);
    return kept && hitOf(kept, request);
  }

  private release(asked: Asked): void {
    this.inBackground(this.ask(() => this.repository.releaseClaim(asked, asked.run.log.id)));
  }

  /** Stores an answer that may be given again: not one that lacks something, nor one of a fallback, which is second best. */
  private store(asked: Asked, given: GivenAnswer): Promise<void> {
    const { candidate, flaw } = given;
    const isOwn = asked.model.deployments.some(({ id }) => id === candidate.deployment.id);
    const cached = toCached(asked, given);
    if (!isOwn || flaw !== undefined || !hitOf(cached, asked.run.request)) return Promise.resolve();
    const answer = encodeAnswer(cached);
    if (answer.length > this.maxBytes / 10) return Promise.resolve();
    this.storedBytes += answer.length;
    const isAsAsked = candidate.dropped.length === 0 && candidate.answerFormat === asked.run.request.responseFormat;
    const { key, form, keyId, ttlSeconds, run, facts } = asked;
    const stored = this.inBackground(
      this.ask(() =>
        this.repository.keep({
          key,
          form,
          keyId,
          parts: isAsAsked ? partsOf(cached.result, run.request) : [],
          model: run.request.model,
          requestId: cached.requestId,
          endUser: run.log.endUser,
          answer,
          ttlSeconds,
        }),
      ),
    );
    this.storingOf.set(facts.key, stored);
    return stored.finally(() => {
      if (this.storingOf.get(facts.key) === stored) this.storingOf.delete(facts.key);
    });
  }

  /** @param work never rejects */
  private inBackground(work: Promise<void>): Promise<void> {
    const done = work.finally(() => this.storing.delete(done));
    this.storing.add(done);
    return done;
  }

  /** Never rejects: undefined where there is no answer. */
  private async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) this.logger.warn({ err: error }, 'the cache does not work');
      return undefined;
    }
  }
}

function hitTurn({ facts }: Asked, hit: CacheHit): CacheTurn {
  return { ...offTurn, facts: { ...facts, status: 'hit', requestId: hit.kept.requestId }, hit };
}

function toCached({ form, run }: Asked, { candidate, result, warnings }: GivenAnswer): CachedAnswer {
  const { deployment, request, answerFormat: responseFormat } = candidate;
  // What went over the wire for one request is nothing that another one is to see.
  const { exchange: _, ...heard } = result;
  return {
    requestId: run.log.id,
    deployment,
    form,
    given: { responseFormat, granularities: request.granularities, include: request.include },
    warnings,
    result: heard,
  };
}
