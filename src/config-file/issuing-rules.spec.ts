import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeRules, NO_ISSUING_RULES } from '../domain/issuing-rules.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError, formatProblem } from './config-file.error.js';
import { readConfigFile } from './config-file.reader.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'issuing-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(litellm: string, strict = false) {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, `litellm_settings:\n${litellm.replaceAll(/^/gm, '  ')}\n`);
  return readConfigFile(path, providers, { BUDGET: '12.5', EMPTY: '' }, { strict });
}

const rulesOf = (litellm: string) => read(litellm, true).issuing;

/** What is told of a file, each with whether it stops the start. */
function told(litellm: string): string[] {
  try {
    return read(litellm).problems.map((it) => formatProblem({ ...it, file: 'F' }));
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    return error.problems.map((it) => `stops: ${formatProblem({ ...it, file: 'F' })}`);
  }
}

it('says nothing where the file does not', () => {
  expect(rulesOf('drop_params: true')).toEqual(NO_ISSUING_RULES);
  expect(describeRules(rulesOf('default_key_generate_params:'))).toEqual([]);
});

it('reads the defaults of keys', () => {
  const rules = rulesOf(`
timezone: Europe/Berlin
default_key_generate_params:
  max_budget: os.environ/BUDGET
  budget_duration: 30d
  duration: 90d
  models: [whisper, groq/*]
  rpm_limit: 60
  max_parallel_requests: '4'
  metadata: { tags: [night], cost_center: 4711, deep: { a: [1] }, nothing: null }
  team_id: newsroom
  user_id: alice`);
  expect(rules).toEqual({
    ...NO_ISSUING_RULES,
    timeZone: 'Europe/Berlin',
    newKeys: {
      budget: { limitUsd: 12.5, period: 'month' },
      lifetime: '90d',
      requestsPerMinute: 60,
      concurrentRequests: 4,
      models: ['whisper', 'groq/*'],
      team: 'newsroom',
      user: 'alice',
      tags: ['night'],
      metadata: { cost_center: '4711', deep: '{"a":[1]}', nothing: 'null' },
    },
  });
  expect(describeRules(rules)).toEqual([
    'keys get, where nothing else is said: budget $12.5 a month, lifetime 90d, requests a minute 60, requests at once 4, ' +
      'models whisper groq/*, team newsroom, user alice, tags night, metadata cost_center deep nothing',
  ]);
});

it.each([['[]'], ['[all-proxy-models]'], ['[whisper, all-proxy-models]']])('takes models %s for all', (models) => {
  expect(rulesOf(`default_key_generate_params: { models: ${models} }`).newKeys.models).toBeNull();
});

it('reads the bounds of keys, the defaults of teams and what must be said', () => {
  const rules = rulesOf(`
upperbound_key_generate_params:
  { max_budget: 100, budget_duration: 7d, duration: 1mo, rpm_limit: 100, max_parallel_requests: 10 }
default_team_params: { max_budget: 0.5, budget_duration: 1mo, rpm_limit: 600 }
key_generation_settings:
  team_key_generation: { required_params: [tags, max_budget, budget_duration] }
  personal_key_generation: { required_params: [team_id, key_alias] }`);
  expect(rules).toEqual({
    ...NO_ISSUING_RULES,
    keyBounds: {
      budget: { limitUsd: 100, period: 'week' },
      lifetime: '1mo',
      requestsPerMinute: 100,
      concurrentRequests: 10,
    },
    newTeams: { budget: { limitUsd: 0.5, period: 'month' }, requestsPerMinute: 600 },
    required: { byTeamAdmins: ['tags', 'budgets'], withoutTeam: ['team', 'name'] },
  });
  expect(describeRules(rules)).toEqual([
    'keys get at most: budget $100 a week, lifetime 1mo, requests a minute 100, requests at once 10',
    'team admins must say of a new key: tags, budgets',
    'of a new key without a team must be said: team, name',
    'teams get, where nothing else is said: budget $0.5 a month, requests a minute 600',
  ]);
});

it.each([
  ['default_team_settings: [{ max_budget: 7 }]', 7],
  ['default_team_settings: [{ max_budget: 7 }]\ndefault_team_params: { max_budget: 8 }', 8],
  ['default_team_settings: []', undefined],
  ['default_team_settings:', undefined],
])('takes the budget of new teams from %s', (litellm, limitUsd) => {
  expect(rulesOf(litellm).newTeams.budget.limitUsd).toBe(limitUsd);
});

it('lets the budget of the gateway begin where the file says', () => {
  const { budgets } = read('max_budget: 5\nbudget_duration: 1d\ntimezone: US/Eastern', true);
  expect(budgets).toMatchObject([{ period: 'day', timeZone: 'US/Eastern' }]);
});

describe('tells what is wrong, where', () => {
  const LIFETIME = 'must be a whole number and one of the units s, m, h, d, w and mo, such as 30d; 100 years at most';
  it.each([
    [
      'default_key_generate_params: 5',
      '2:32 litellm_settings.default_key_generate_params: must be a map of settings, not a number',
    ],
    [
      'upperbound_key_generate_params: []',
      '2:35 litellm_settings.upperbound_key_generate_params: must be a map of settings, not a list',
    ],
    [
      'upperbound_key_generate_params: { max_budget: much }',
      '2:49 litellm_settings.upperbound_key_generate_params.max_budget: must be a number of US dollars, 0 or more, such as 0.0001, not text',
    ],
    [
      'upperbound_key_generate_params: { max_budget: os.environ/EMPTY }',
      '2:49 litellm_settings.upperbound_key_generate_params.max_budget: the environment variable EMPTY is not set',
    ],
    [
      'upperbound_key_generate_params: { max_budgett: 5 }',
      '2:37 litellm_settings.upperbound_key_generate_params.max_budgett: is not a setting that LiteLLM or Auricle knows; did you mean max_budget?',
    ],
    [
      'upperbound_key_generate_parms: { max_budget: 5 }',
      '2:3 litellm_settings.upperbound_key_generate_parms: is not a setting that LiteLLM or Auricle knows; did you mean upperbound_key_generate_params?',
    ],
    [
      'upperbound_key_generate_params: { budget_duration: 10d }',
      '2:54 litellm_settings.upperbound_key_generate_params.budget_duration: must be 24h or 1d, 7d, 30d or 1mo: a day, a week, a month',
    ],
    ...['0d', '30', '-1', '999999999mo', '101w0', '5300w'].map((duration): [string, string] => [
      `default_key_generate_params: { duration: '${duration}' }`,
      `2:44 litellm_settings.default_key_generate_params.duration: ${LIFETIME}`,
    ]),
    [
      'default_key_generate_params: { rpm_limit: 0 }',
      '2:45 litellm_settings.default_key_generate_params.rpm_limit: must be a whole number from 1 to 1000000000',
    ],
    [
      'default_key_generate_params: { models: whisper }',
      '2:42 litellm_settings.default_key_generate_params.models: must be a list of at most 1000 models, each with 1 to 200 characters',
    ],
    [
      'default_team_params: { rpm_limit: many }',
      '2:37 litellm_settings.default_team_params.rpm_limit: must be a whole number from 1 to 1000000000',
    ],
    [
      'default_team_settings: { max_budget: 5 }',
      '2:26 litellm_settings.default_team_settings: must be a list, not a map',
    ],
    [
      'default_team_settings: [5]',
      '2:27 litellm_settings.default_team_settings[0]: must be a map of settings, not a number',
    ],
    [
      'key_generation_settings: { team_key_generation: { required_params: [organization_id] } }',
      '2:71 litellm_settings.key_generation_settings.team_key_generation.required_params[0]: must be one of key_alias, models, user_id, team_id, duration, max_budget, budget_duration, rpm_limit, max_parallel_requests, tags, metadata',
    ],
    [
      'timezone: Europe/Berlim',
      '2:13 litellm_settings.timezone: must be a time zone of the IANA database such as Europe/Berlin',
    ],
  ])('%s', (litellm, line) => expect(told(litellm)).toEqual([`stops: F:${line}`]));

  it.each([
    ['default_key_generate_params: { metadata: [] }', /2:44 .*metadata: must be a map of at most 16 names/],
    [
      'default_key_generate_params: { tpm_limit: 5 }',
      /2:34 .*tpm_limit: has no effect here\. Tokens are not what speech is measured in/,
    ],
    [
      'upperbound_key_generate_params: { tpm_limit: 5 }',
      /2:37 .*tpm_limit: has no effect here\. Tokens are not what speech is measured in/,
    ],
    ['default_team_params: { models: [a] }', /2:26 .*models: has no effect here\. In LiteLLM/],
    [
      'default_team_settings: [{}, { max_budget: 5 }]',
      /2:31 litellm_settings.default_team_settings\[1\]: has no effect/,
    ],
    [
      'default_key_generate_params: { max_budget: 11 }\nupperbound_key_generate_params: { max_budget: 10 }',
      /2:46 .*max_budget: is more than upperbound_key_generate_params.max_budget, which new keys get instead/,
    ],
    [
      'default_key_generate_params: { budget_duration: 30d }\nupperbound_key_generate_params: { budget_duration: 7d }',
      /2:51 .*budget_duration: is more than/,
    ],
    [
      'default_key_generate_params: { duration: 5w }\nupperbound_key_generate_params: { duration: 1mo }',
      /2:44 .*duration: is more than/,
    ],
    [
      'default_key_generate_params: { rpm_limit: 11 }\nupperbound_key_generate_params: { rpm_limit: 10 }',
      /2:45 .*rpm_limit: is more than/,
    ],
  ])('%s, and goes on', (litellm, line) => expect(told(litellm)).toEqual([expect.stringMatching(line)]));
});
