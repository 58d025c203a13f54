import { GatewayError } from '../domain/errors.js';
import type { ChangeFeed } from './change-feed.js';
import { ConfirmedAnswers } from './confirmed-answers.js';
import { Prisma } from './generated/client.js';
import type { PrismaService } from './prisma.service.js';

/** There is one row at most. */
const ID = 1;
/** How long it is known without being asked for, where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
const GATEWAY = 'gateway';

/** What is set for all requests, by its column, and the code of the error where what is stored is not understood. */
const settings = {
  limits: 'limits_not_understood',
  privacy: 'privacy_not_understood',
  redaction: 'redaction_not_understood',
} as const;
export type GatewaySettingName = keyof typeof settings;

/** What the settings of the gateway are known by. */
export interface GatewaySettingParts {
  readonly prisma: PrismaService;
  readonly changes: Pick<ChangeFeed, 'on'>;
  readonly nowMs: () => number;
  /** How long what was known goes on while the database is away. */
  readonly graceSeconds: number;
}

/**
 * One of the settings that hold for all requests, whatever key they have: in PostgreSQL, and known here without asking for it until
 * somebody changes it.
 */
export class GatewaySetting<Setting extends object> {
  private readonly known: ConfirmedAnswers<{ readonly setting: Setting | null | 'unknown' }>;

  /** @param read what is stored; `unknown` = this version does not understand it */
  constructor(
    private readonly name: GatewaySettingName,
    private readonly read: (stored: unknown) => Setting | null | 'unknown',
    private readonly parts: GatewaySettingParts,
  ) {
    const { changes, nowMs, graceSeconds } = parts;
    this.known = new ConfirmedAnswers({ max: 1, freshMs: FRESH_MS, graceMs: 1000 * graceSeconds, nowMs });
    changes.on('gateway', { changed: () => this.known.clear(), unsure: () => this.known.expire() });
  }

  /** As it stands; null = none, or what this version does not understand. */
  async stored(): Promise<Setting | null> {
    const setting = await this.find();
    return setting === 'unknown' ? null : setting;
  }

  /** Sets it: here at once, on other gateways as soon as they hear of it. */
  async replace(setting: Setting | null): Promise<void> {
    const { prisma } = this.parts;
    const data = { [this.name]: setting ?? Prisma.DbNull };
    await prisma.ask(() =>
      prisma.change((transaction) =>
        transaction.gatewaySetting.upsert({ where: { id: ID }, create: { id: ID, ...data }, update: data }),
      ),
    );
    this.known.clear();
  }

  /** Has it known before the first request, in case the database goes away. */
  async learn(): Promise<void> {
    await this.knownSetting();
  }

  /**
   * What applies to a request; null = none.
   * @throws GatewayError 503 while nobody knows what it is, or where this version does not understand it
   */
  async current(): Promise<Setting | null> {
    const setting = await this.knownSetting();
    if (setting !== 'unknown') return setting;
    throw new GatewayError({
      status: 503,
      message:
        `The ${this.name} of this gateway cannot be told: stored in a way that this version does not understand. ` +
        `An administrator sets the gateway's ${this.name} anew.`,
      code: settings[this.name],
      headers: { 'retry-after': '30' },
    });
  }

  private async knownSetting(): Promise<Setting | null | 'unknown'> {
    const found = await this.known.find(GATEWAY, async () => ({ setting: await this.find() }));
    return found?.setting ?? null;
  }

  private async find(): Promise<Setting | null | 'unknown'> {
    const { prisma } = this.parts;
    const row = await prisma.ask(() => prisma.gatewaySetting.findUnique({ where: { id: ID } }));
    return this.read(row?.[this.name] ?? null);
  }
}
