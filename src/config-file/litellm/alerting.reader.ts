import { webhookUrlFault } from '../../providers/url-fetch/webhook-poster.js';
import type { LocatedMap } from '../yaml/located-tree.js';
import type { ReadingContext } from './section.reader.js';

/** An alert that the file declares: a webhook of Slack's, and what it is told of. */
export interface DeclaredAlert {
  readonly name: string;
  readonly url: string;
  /** Our types of events; empty = all. */
  readonly eventTypes: readonly string[];
}

/** The keys of `general_settings` that are about alerts. */
interface Alerting {
  readonly alerting?: readonly string[] | undefined;
  readonly alert_types?: readonly string[] | undefined;
  readonly alert_to_webhook_url?: Readonly<Record<string, readonly string[]>> | undefined;
}

const BUDGETS = ['budget.soft_limit', 'budget.exhausted'];
const DEPLOYMENTS = ['deployment.down', 'deployment.recovered'];

/**
 * What LiteLLM's types of alerts are here, https://docs.litellm.ai/docs/proxy/alerting. Of the others nothing is told here: each
 * request, each failure and each change has its place in the ledger and in the audit, and reports are asked for.
 */
const EVENTS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  budget_alerts: BUDGETS,
  cooldown_deployment: DEPLOYMENTS,
  outage_alerts: DEPLOYMENTS,
  region_outage_alerts: DEPLOYMENTS,
  llm_exceptions: ['credential.rejected', ...DEPLOYMENTS],
  db_exceptions: ['ledger.behind', 'ledger.recovered'],
  failed_tracking_spend: ['ledger.behind', 'ledger.recovered'],
};

const SLACK = 'slack';
/** Where Slack's alerts go to that have no address of their own, as in LiteLLM. */
const VARIABLE = 'SLACK_WEBHOOK_URL';
/** Leaves room for a number in what an alert's name may have, 200 characters. */
const MAX_NAME_LENGTH = 190;
const ELSEWHERE = 'make an alert with /admin/v1/alerts';

/** The alerts that `general_settings` declare: one for `SLACK_WEBHOOK_URL`, and one for each address of its own. */
export function readAlerts(
  map: LocatedMap | undefined,
  said: Alerting,
  context: ReadingContext,
): readonly DeclaredAlert[] {
  const { problems, variables } = context;
  const place = (name: string) => map?.entries.get(name)?.keyAt;
  const at = place('alerting');
  if (!said.alerting || !at) {
    for (const name of ['alert_types', 'alert_to_webhook_url'] as const) {
      const alone = said[name] && place(name);
      if (alone) problems.add('no_effect', alone, 'has no effect without alerting: ["slack"]');
    }
    return [];
  }
  const others = said.alerting.filter((name) => name !== SLACK);
  if (others.length > 0) problems.add('no_effect', at, `has no effect for ${others.join(', ')}: ${ELSEWHERE}`);
  if (!said.alerting.includes(SLACK)) return [];

  const typesByUrl = new Map<string, string[]>();
  for (const [type, urls] of Object.entries(said.alert_to_webhook_url ?? {})) {
    for (const url of urls) typesByUrl.set(url, [...(typesByUrl.get(url) ?? []), type]);
  }
  // Names are unique, also where several addresses are told of the same.
  const counts = new Map<string, number>();
  const ofTheirOwn = [...typesByUrl].flatMap(([url, types]) => {
    const plain = `slack of the configuration file: ${types.join(', ')}`.slice(0, MAX_NAME_LENGTH);
    const count = (counts.get(plain) ?? 0) + 1;
    counts.set(plain, count);
    const name = count === 1 ? plain : `${plain} (${count})`;
    return alert(name, url, eventsOf(types), place('alert_to_webhook_url') ?? at, context);
  });
  const url = variables.get(VARIABLE);
  if (url === undefined) {
    if (typesByUrl.size === 0)
      problems.add('ignored', at, `names slack, and ${VARIABLE} is not set: nobody is told of anything`);
    return ofTheirOwn;
  }
  const routed = new Set(Object.keys(said.alert_to_webhook_url ?? {}));
  const events = said.alert_types ? eventsOf(said.alert_types.filter((type) => !routed.has(type))) : 'all';
  return [...alert('slack of the configuration file', url, events, place('alert_types') ?? at, context), ...ofTheirOwn];
}

function eventsOf(types: readonly string[]): readonly string[] {
  return [...new Set(types.flatMap((type) => EVENTS_OF_TYPE[type] ?? []))];
}

function alert(
  name: string,
  url: string,
  events: readonly string[] | 'all',
  at: Parameters<ReadingContext['problems']['add']>[1],
  { problems }: ReadingContext,
): readonly DeclaredAlert[] {
  const fault = webhookUrlFault(url);
  if (fault !== undefined) {
    problems.add('ignored', at, `names a webhook whose URL ${fault}`);
    return [];
  }
  if (events.length === 0) {
    problems.add('no_effect', at, `names nothing that happens here: ${ELSEWHERE}`);
    return [];
  }
  return [{ name, url, eventTypes: events === 'all' ? [] : events }];
}
