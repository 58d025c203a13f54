import { Injectable } from '@nestjs/common';
import { NO_ISSUING_RULES, type IssuingRules } from '../domain/issuing-rules.js';

/** What the configuration file says of keys and teams, as it was read last by this process. */
@Injectable()
export class IssuingRulesInForce {
  current: IssuingRules = NO_ISSUING_RULES;
}
