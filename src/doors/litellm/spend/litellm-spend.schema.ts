import { z } from 'zod';
import { ungoverned } from '../absent-fields.js';

/*
 * Names and answers are those of litellm/proxy/spend_tracking/spend_management_endpoints.py and of LiteLLM_SpendLogs in
 * litellm/proxy/_types.py.
 */

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

const day = z.iso.date('must be a day such as 2026-11-20').meta({ description: 'A day in UTC', example: '2026-11-20' });
const lastDay = day.meta({ description: 'The last day, in UTC, with all of its hours' });
const apiKey = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: 'Only this key: its secret, its hash (`token`), or its id' });

/** The time from the beginning of a day in UTC to the end of another. */
export function rangeOf(startDate: string, endDate: string): { readonly from: Date; readonly to: Date } {
  return { from: new Date(startDate), to: new Date(Date.parse(endDate) + DAY_MS) };
}

function isRange(start_date: string, end_date: string): boolean {
  const days = (Date.parse(end_date) - Date.parse(start_date)) / DAY_MS;
  return days >= 0 && days < MAX_DAYS;
}

const RANGE_RULE = {
  error: `must not be before start_date, nor more than ${MAX_DAYS} days in all`,
  path: ['end_date'],
};

/** Query of `GET /spend/logs`. */
export const spendLogsQuerySchema = z
  .strictObject({
    request_id: z.string().min(1).max(200).optional().meta({ description: 'Only this request' }),
    api_key: apiKey.optional(),
    start_date: day.optional(),
    end_date: lastDay.optional(),
    summarize: z
      .stringbool()
      .default(true)
      .meta({ description: 'Between two days, sums by day in place of rows', example: 'false' }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .meta({ description: 'Rows at most, the newest ones; not in LiteLLM, which sends all', example: 100 }),
    user_id: ungoverned,
  })
  .refine(({ start_date, end_date }) => (start_date === undefined) === (end_date === undefined), {
    error: 'must be sent together with start_date',
    path: ['end_date'],
  })
  .refine(({ start_date, end_date }) => !start_date || !end_date || isRange(start_date, end_date), RANGE_RULE);
export type SpendLogsQuery = z.infer<typeof spendLogsQuerySchema>;

const GROUPS_RULE = 'must be team, customer, api_key or model; tags are summed by /admin/v1/analytics?group_by=tag';

/** Query of `GET /global/spend/report`. */
export const spendReportQuerySchema = z
  .strictObject({
    start_date: day,
    end_date: lastDay,
    group_by: z.enum(['team', 'customer', 'api_key', 'model'], GROUPS_RULE).optional().meta({
      description:
        'Not sent: `team`, with `api_key` that. `team` and `customer` are told by day; `model` is not in LiteLLM',
      example: 'team',
    }),
    api_key: apiKey.optional(),
    team_id: z.uuid('must be the id of a team').optional().meta({ description: 'Only this team' }),
    customer_id: z.string().min(1).max(256).optional().meta({ description: 'Only this `user` of requests' }),
    internal_user_id: ungoverned,
  })
  .refine(({ start_date, end_date }) => isRange(start_date, end_date), RANGE_RULE);
export type SpendReportQuery = z.infer<typeof spendReportQuerySchema>;

const time = z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' });
const usd = z.number().meta({ description: 'US dollars; what is unknown counts as 0', example: 0.0141 });
const keyName = z
  .string()
  .meta({ description: 'The hash of the key; of one that is gone, its id', example: 'master key' });
const modelName = z.string().meta({ description: "The provider's name for the model", example: 'whisper-1' });
const tokens = z.number().meta({ description: 'Where the provider counts tokens', example: 0 });

/** One request. */
export const spendLogSchema = z
  .object({
    request_id: z.string(),
    call_type: z
      .enum(['atranscription', 'aspeech', 'acompletion'])
      .meta({ description: 'How LiteLLM calls what was asked for' }),
    api_key: keyName,
    spend: usd,
    prompt_tokens: tokens,
    completion_tokens: tokens,
    total_tokens: tokens,
    startTime: time,
    endTime: time,
    model: modelName,
    model_group: z.string().meta({ description: 'The public model', example: 'whisper' }),
    model_id: z.string().meta({ description: 'Id of the deployment' }),
    custom_llm_provider: z.string().meta({ example: 'openai' }),
    api_base: z.literal(''),
    user: z.literal(''),
    end_user: z.string().meta({ description: 'The `user` of the request', example: '' }),
    team_id: z.string().nullable(),
    cache_hit: z.enum(['True', 'False']),
    cache_key: z.literal(''),
    request_tags: z.array(z.string()),
    requester_ip_address: z.string().nullable(),
    metadata: z.object({
      user_api_key_alias: z.string().meta({ description: 'Name of the key', example: 'podcast-app' }),
      requester_metadata: z.record(z.string(), z.unknown()),
    }),
    messages: z.object({}),
    response: z.object({}),
    status: z.enum(['success', 'failure']),
    request_duration_ms: z.int(),
  })
  .meta({ id: 'LiteLlmSpendLog' });
export type SpendLog = z.infer<typeof spendLogSchema>;

/** What one day has cost. Beside these, the sum of each key under its hash. */
export const spendDaySchema = z
  .object({
    startTime: z.iso.date().meta({ example: '2026-11-20' }),
    spend: usd,
    users: z.object({}),
    models: z.record(z.string(), z.number()),
  })
  .catchall(z.unknown())
  .meta({ id: 'LiteLlmSpendDay' });
export type SpendDay = z.infer<typeof spendDaySchema>;

/** Answer of `GET /spend/logs`. */
export const spendLogsSchema = z.array(z.union([spendLogSchema, spendDaySchema])).meta({ id: 'LiteLlmSpendLogs' });

const totals = { total_cost: usd, total_input_tokens: tokens, total_output_tokens: tokens };
const byKeySchema = z
  .object({ api_key: keyName, ...totals, model_details: z.array(z.object({ model: modelName, ...totals })) })
  .meta({ id: 'LiteLlmSpendOfKey' });
const byModelSchema = z
  .object({ model: modelName, ...totals, api_key_details: z.array(z.object({ api_key: keyName, ...totals })) })
  .meta({ id: 'LiteLlmSpendOfModel' });

const ofDay = z.string().meta({ description: 'The day, in UTC', example: '2026-11-20T00:00:00+00:00' });
const details = {
  total_spend: usd,
  metadata: z.array(z.object({ model: modelName, api_key: keyName, spend: usd, total_tokens: tokens })),
};
const byTeamSchema = z
  .object({
    group_by_day: ofDay,
    teams: z.array(z.object({ team_name: z.string().meta({ example: 'Unassigned Team' }), ...details })),
  })
  .meta({ id: 'LiteLlmSpendOfTeams' });
const byCustomerSchema = z
  .object({
    group_by_day: ofDay,
    customers: z.array(
      z.object({ customer: z.string().meta({ description: 'Empty = none was named', example: 'u-1' }), ...details }),
    ),
  })
  .meta({ id: 'LiteLlmSpendOfCustomers' });

/** Answer of `GET /global/spend/report`: by day, else highest cost first. */
export const spendReportSchema = z
  .array(z.union([byTeamSchema, byCustomerSchema, byKeySchema, byModelSchema]))
  .meta({ id: 'LiteLlmSpendReport' });
export type SpendReport = z.infer<typeof spendReportSchema>;
