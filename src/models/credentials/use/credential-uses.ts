import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Deployment } from '../../../domain/deployment.js';
import type { ProviderError } from '../../../domain/errors.js';
import { laterUse, useOf, type CredentialUse } from './credential-use.js';
import { CredentialUsesRepository } from './credential-uses.repository.js';

/** How long what was noted waits for more, and how soon it is tried again after a failure. */
const WRITE_EVERY_MS = 5000;

/**
 * Notes when named credentials are used and how that ends: in memory, one statement for all of them every few seconds, which nobody
 * waits for.
 */
@Injectable()
export class CredentialUses implements BeforeApplicationShutdown {
  private readonly logger = new Logger(CredentialUses.name);
  /** By credential; at most one for each. */
  private waiting = new Map<string, CredentialUse>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private hasComplained = false;

  constructor(@Inject(CredentialUsesRepository) private readonly repository: Pick<CredentialUsesRepository, 'add'>) {}

  /** A call of a deployment has ended, well or not. */
  note({ credentialId, id, model }: Deployment, failure: ProviderError | undefined): void {
    if (credentialId === undefined) return;
    this.add(credentialId, useOf({ deploymentId: id, model }, new Date(), failure));
    this.writeSoon();
  }

  /** Writes what was noted by now. @throws GatewayError 503 when the database does not answer; it is noted still */
  async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const writing = this.writing.then(() => this.writeNow());
    this.writing = writing.catch(() => undefined);
    await writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch(() => undefined);
    clearTimeout(this.timer);
  }

  private writeSoon(): void {
    this.timer ??= setTimeout(() => void this.write().catch(() => undefined), WRITE_EVERY_MS).unref();
  }

  private async writeNow(): Promise<void> {
    const uses = this.waiting;
    if (uses.size === 0) return;
    this.waiting = new Map();
    try {
      await this.repository.add(uses);
      this.hasComplained = false;
    } catch (error) {
      for (const [credentialId, use] of uses) this.add(credentialId, use);
      this.writeSoon();
      if (!this.hasComplained) this.logger.warn({ err: error }, 'the use of credentials is not noted for now');
      this.hasComplained = true;
      throw error;
    }
  }

  private add(credentialId: string, use: CredentialUse): void {
    const waiting = this.waiting.get(credentialId);
    this.waiting.set(credentialId, waiting ? laterUse(waiting, use) : use);
  }
}
