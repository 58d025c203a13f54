import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { AnswerCache } from './answer-cache.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';

/** How often it is looked for answers that have expired. */
const SWEEP_MS = 60_000;
/** How often it is looked whether much was stored. */
const LOOK_MS = 1_000;
/** The part of the largest size that may be stored before it is looked for what is too much. */
const MUCH = 1 / 16;

/** Deletes in the background what has expired, and what was not used for longest where there is too much. */
@Injectable()
export class CacheSweeper implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(CacheSweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private sweptAt = performance.now();
  private unswept = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly cache: AnswerCache,
    private readonly repository: AnswerCacheRepository,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private look(): void {
    this.unswept += this.cache.takeStoredBytes();
    const isMuch = this.unswept > this.cache.maxBytes * MUCH;
    if (this.running || (!isMuch && performance.now() - this.sweptAt < SWEEP_MS)) return;
    this.unswept = 0;
    this.sweptAt = performance.now();
    this.running = this.sweep().finally(() => (this.running = undefined));
  }

  /** What it could not delete now goes the next time. */
  private async sweep(): Promise<void> {
    try {
      await this.repository.sweep(this.cache.maxBytes);
    } catch (error) {
      this.logger.debug({ err: error }, 'the cache could not be swept');
    }
  }
}
