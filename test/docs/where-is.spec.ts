import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const [, section = ''] = document.split('## Where is ...\n');
const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)]
  .map(([, question = '', answer = '']) => ({ question, answer }))
  .filter(({ question }) => question !== 'Question' && !question.startsWith('---'));

/** What the file that answers a question must have in it. */
const evidence: Readonly<Record<string, RegExp>> = {
  'the 429 with `retry-after`': /status: 429[^]*retry-after|retry-after[^]*status: 429/,
  "Groq's minimum of ten seconds": /minimum_seconds: 10|, 10\)/,
  'how to add a provider': /export \{ groq \}/,
  'the temporary file of a client that has gone': /asyncDispose|unlink|rm\(/,
  'the check of the master key': /masterKey/,
  'who has changed something': /AsyncLocalStorage/,
  'who may call an admin route': /'admin_keys\.write': \{/,
  'the models that a team leaves to its keys': /\[key\.models, team/,
  'what `*` allows in a list of models': /export function fits/,
  'from where and to which routes a key may call': /endpoint_not_allowed/,
  'what happens to an expired key': /key_expired/,
  'who is signed in to the dashboard': /class SessionsService\b/,
  'which pages may use a session': /cross_site_request/,
  'the cookie of a session': /__Host-auricle_session/,
  'whom an issuer of OpenID Connect names': /authorizationCodeGrant/,
  'where a sign-in may lead': /export function safeReturnTo/,
  'what bounds a key that is made or changed': /export function checkChange/,
  'the line of 42 columns of subtitles': /\b42\b/,
  'who says a setting': /export function originOf|function sayingsOf/,
  'the defaults of variables': /port: integer\(0, 65_535\)\s*\.default\(4000\)/,
  backoff: /random\(\) \* ceilingMs/,
  'the 503 when everything is cooling down': /all_deployments_cooling/,
  'the cost header': /x-auricle-cost-usd/,
  "LiteLLM's `rpm`": /rpm: vital\(/,
  'the 503 when the database is away': /database_unavailable/,
  'the question that nobody waits for any more': /requestCancel\(/,
  'the 504 of the deadline': /504/,
  'at which addresses providers may be called': /export function guardedConnector/,
  'what a changed encryption key changes': /export async function rotate\b/,
  'what is masked in a transcript': /export (?:async )?function\*? redact/,
  'what tells a payment card': /export function isCard/,
  'when a provider ends a model': /export function warningsOfRetirement/,
  'what becomes of a log of which nothing is kept': /export function keptLog/,
  'who may be asked where nothing is kept': /export function askingForZeroRetention/,
  'what is deleted after so many days': /class RetentionKeeper\b/,
  'what is erased of somebody': /export const personalColumns/,
  'what makes two questions the same': /export function cacheKeyOf/,
  'who asks when a hundred ask the same': /private async share/,
  'what survives `kill -9`': /class Journal\b/,
  'the sums of days that are over': /export function closedSql/,
  'the statement that writes a batch of logs': /APPEND_STATEMENT = `/,
  'who may use a data folder': /export async function lockFolder/,
  'whether transcripts are kept': /store_transcripts/,
  'what a log knows of who spoke when': /export function keptSegments/,
  "the model's name in a chat's body": /\bset\b/,
  'a chat of a model that only transcribes': /chat_model/,
  'a translation in two steps': /translat/i,
  'the thread that looks into uploads': /inspectUpload|class Inspector\b/,
  'who waits behind a large file': /class WaitingLine\b/,
  'what a budget lets in': /class Budgets\b/,
  'what is spent of a budget': /SETTLE_BUDGETS/,
  'what an alert tells, and what its types are': /'budget\.soft_limit': \{/,
  'why an event is told once': /ON CONFLICT \(type, subject, period\) DO NOTHING/,
  'when a webhook is tried again': /RETRY_DELAYS_MS/,
  'what holds for all requests': /class GatewaySetting\b/,
  'the 429 of a limit': /status: 429[^]*retry-after-ms/,
  'where limits are counted': /class SharedCounters/,
  'what is counted while Redis is away': /takeInsured/,
  'whether Redis is away': /get isAway/,
  'what gateways tell each other of deployments': /await this\.circuits\?\.exchange\(\)/,
  'the `x-ratelimit` headers': /x-ratelimit-limit-/,
  'the limit of a client token': /insufficient_quota/,
  'what `alloy` is at Deepgram': /alloy: /,
  "what tells a file's container": /SIGNATURES/,
  'under which name a file is sent': /export function sentExtension/,
  'which files a provider takes': /openAiContainers/,
  'what is made of a file that nobody takes': /libopus/,
  'who starts workers, and those that die again': /cluster\.fork\(/,
  'what several workers tell Prometheus together': /class GatheredMetrics/,
  'who starts ffmpeg': /spawn\(/,
};

describe('the questions of docs/architecture.md', () => {
  it('are all there', () => {
    expect(rows.map(({ question }) => question).toSorted()).toEqual(Object.keys(evidence).toSorted());
  });

  it.each(rows.map(({ question, answer }) => [question, answer] as const))(
    '%s is where it says',
    (question, answer) => {
      const paths = [...answer.matchAll(/`([\w./-]+)`/g)].map(([, path = '']) => join('src', path));
      expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
      const files = paths.filter((path) => path.endsWith('.ts')).map((path) => readFileSync(join(root, path), 'utf8'));
      if (files.length > 0) expect(files.some((text) => evidence[question]?.test(text))).toBe(true);
    },
  );
});
