import type { AlertEvent } from '../events/alert-events.js';

/** What Slack's incoming webhooks take, and those of Mattermost and Rocket.Chat as far as `text` goes. */
export interface SlackMessage {
  /** For notifications, and for those that know no blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

type SlackText = { readonly type: 'mrkdwn'; readonly text: string };
type SlackBlock =
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

/** Slack's limit for the text of a section is 3000 characters. */
const MAX_CHARACTERS = 2900;

/** An event in words for a channel. */
export function slackMessage(event: AlertEvent): SlackMessage {
  const text = escape(wordsOf(event)).slice(0, MAX_CHARACTERS);
  const context = escape(`${event.type} at ${event.timestamp}`);
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: context }] },
    ],
  };
}

/** A sentence that says what has happened. */
export function wordsOf(event: AlertEvent): string {
  switch (event.type) {
    case 'budget.soft_limit':
      return `More than the soft limit of ${budgetOf(event.data)} is spent: ${spentOf(event.data)}.${resetOf(event.data)}`;
    case 'budget.exhausted':
      return `${capital(budgetOf(event.data))} is exhausted: ${spentOf(event.data)}.${resetOf(event.data)}`;
    case 'deployment.down':
      return `${capital(deploymentOf(event.data))} is down: ${event.data.reason ?? 'unknown'}.`;
    case 'deployment.recovered':
      return `${capital(deploymentOf(event.data))} has recovered. It was down for ${event.data.lasted_seconds} s.`;
    case 'credential.rejected': {
      const { provider, credential, upstream_status } = event.data;
      const status = upstream_status === null ? '' : ` with ${upstream_status}`;
      const whose = credential === null ? 'the credential' : `the credential '${credential}'`;
      return `${provider} rejects ${whose} of ${deploymentOf(event.data)}${status}.`;
    }
    case 'key.expiring': {
      const { key, team, expires_at } = event.data;
      return `The key '${key.name}'${team === null ? '' : ` of the team '${team.name}'`} expires at ${expires_at}.`;
    }
    case 'model.retiring': {
      const { retires_on, days_left } = event.data;
      return `The upstream model of ${deploymentOf(event.data)} retires on ${retires_on}, in ${days_left} days.`;
    }
    case 'ledger.behind': {
      const { state, gateway, waiting_records } = event.data;
      const what = state === 'full' ? 'no more logs can be kept, requests are refused' : 'logs wait for the database';
      return `The ledger is behind on ${gateway}: ${what} (${waiting_records} logs are waiting).`;
    }
    case 'ledger.recovered':
      return `The ledger has caught up. It was behind for ${event.data.lasted_seconds} s.`;
    case 'alert.test':
      return `This is a test of the alert '${event.data.alert.name}'.`;
  }
}

type BudgetData = Extract<AlertEvent, { type: 'budget.exhausted' }>['data'];

/** `the budget of the key 'podcast-app' ($50 a month, for the model 'whisper')` */
function budgetOf({ budget }: BudgetData): string {
  const { key, team, limit_usd, limit_audio_seconds, period, model } = budget;
  const owner = key ? `key '${key.name}'` : team ? `team '${team.name}'` : 'gateway';
  const limits = [
    limit_usd === null ? undefined : `$${limit_usd}`,
    limit_audio_seconds === null ? undefined : `${limit_audio_seconds} s of audio`,
  ].filter((it) => it !== undefined);
  const every = period === 'total' ? '' : ` a ${period}`;
  return `the budget of the ${owner} (${limits.join(' and ')}${every}${model === null ? '' : `, for the model '${model}'`})`;
}

function spentOf({ budget, spent_usd, spent_audio_seconds }: BudgetData): string {
  const audio = budget.limit_audio_seconds === null ? '' : ` and ${spent_audio_seconds} s of audio`;
  return `$${spent_usd}${audio}`;
}

function resetOf({ resets_at }: BudgetData): string {
  return resets_at === null ? '' : ` It resets at ${resets_at}.`;
}

function deploymentOf({
  deployment: { model, provider, upstream_model },
}: Pick<Extract<AlertEvent, { type: 'deployment.down' }>['data'], 'deployment'>): string {
  return `the deployment ${provider}/${upstream_model} of the model '${model}'`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names are names: nothing in them mentions anybody, or makes a link (https://docs.slack.dev/messaging/formatting-message-text). */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
