import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { ConfirmedAnswers } from '../../database/confirmed-answers.js';
import type { AdminRole } from '../../domain/administrator.js';
import { findByIdOrName } from '../../http/admin/id.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import type { SessionRow } from '../sessions/sessions.repository.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import { OidcIssuers } from './oidc-issuers.js';
import { ruleFor, type PersonFacts } from './role-mapping.js';

/** How many lists of teams are known at once. */
const MAX_KNOWN = 1000;
/** How long they may be served from memory where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;

interface NamedTeam {
  readonly id: string;
  readonly name: string;
}

/** Who has signed in by OpenID Connect, with the role that the settings give. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: AdminRole;
  /** Those of a team admin that are there; others have none. */
  readonly teams: readonly NamedTeam[];
}

/** Works out who somebody is for whom a session was opened, by the rules as they are. */
@Injectable()
export class OidcPeople {
  private readonly teamsOfRules: ConfirmedAnswers<readonly NamedTeam[]>;

  constructor(
    private readonly issuers: OidcIssuers,
    private readonly teams: TeamsRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.teamsOfRules = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      graceMs: 1000 * auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    const expire = (): void => this.teamsOfRules.expire();
    changes.on('team', { changed: expire, unsure: expire });
  }

  /** The person of a session; undefined when the issuer is not there any more, or no rule of it is for the person. */
  async find({ person, keyHash }: Pick<SessionRow, 'person' | 'keyHash'>): Promise<Person | undefined> {
    const issuer = person && this.issuers.find(person.issuer);
    if (!issuer || this.issuers.hashOf(issuer) !== keyHash) return undefined;
    const rule = ruleFor(person.facts, issuer.roles);
    if (!rule) return undefined;
    const teams = rule.role === 'team_admin' ? await this.teamsNamed(rule.teams) : [];
    return { id: person.id, name: person.name, role: rule.role, teams };
  }

  /** The role that an issuer gives a person; null = none. */
  roleOf(issuerId: string, facts: PersonFacts): AdminRole | null {
    return ruleFor(facts, this.issuers.find(issuerId)?.roles ?? [])?.role ?? null;
  }

  /** Each once, by name; those that are not there are left out. */
  private async teamsNamed(references: readonly string[]): Promise<readonly NamedTeam[]> {
    const ask = async (): Promise<readonly NamedTeam[]> => {
      const found = new Map<string, NamedTeam>();
      for (const reference of references) {
        const team = await findByIdOrName(this.teams, reference);
        if (team) found.set(team.id, { id: team.id, name: team.name });
      }
      return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    };
    return (await this.teamsOfRules.find(JSON.stringify(references), ask)) ?? [];
  }
}
