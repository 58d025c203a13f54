import { z } from 'zod';
import { timeSchema } from '../../http/admin/time.js';
import { logFilterSchema } from '../logs/log-filter.js';
import { timeZoneSchema } from './analytics.schema.js';
import { forecastMethods } from './forecast.js';
import { forecastPeriods } from './forecast-days.js';

/** Query parameters of `GET /admin/v1/analytics/forecast`. */
export const forecastQuerySchema = logFilterSchema
  .omit({ from: true, to: true })
  .extend({
    period: z
      .enum(forecastPeriods)
      .default('month')
      .meta({ description: 'To the end of which current period; in its time zone that is the one of a budget' }),
    month: z
      .string()
      .regex(/^(19[7-9]\d|[2-9]\d{3})-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
      .optional()
      .meta({ description: 'Which month; the current one without it', example: '2026-11' }),
    time_zone: timeZoneSchema,
  })
  .refine(({ period, month }) => month === undefined || period === 'month', {
    path: ['month'],
    error: 'is for the period month only',
  });
export type ForecastQuery = z.output<typeof forecastQuerySchema>;

const usd = z.number().meta({ example: 12.5 });
const dateSchema = z.string().meta({ description: 'A day in the time zone', example: '2026-11-27' });

/** Answer of `GET /admin/v1/analytics/forecast`. */
export const forecastSchema = z
  .object({
    object: z.literal('spend_forecast'),
    period: z.enum(forecastPeriods),
    month: z.string().nullable().meta({ description: 'null = the period is another one', example: '2026-11' }),
    time_zone: z.string().meta({ example: 'Europe/Berlin' }),
    from: timeSchema.meta({ description: 'When the period begins' }),
    to: timeSchema.meta({ description: 'When it ends' }),
    as_of: timeSchema.meta({ description: 'What has been spent since is not in it' }),
    spent_usd: usd.meta({ description: 'In this period until then; what is unknown is left out' }),
    unpriced_requests: z
      .int()
      .meta({ description: 'Requests of this period of which the cost is unknown', example: 0 }),
    forecast_usd: usd.nullable().meta({ description: 'At the end of the period; null = there is nothing to go by' }),
    low_usd: usd.nullable().meta({ description: 'In nine of ten cases it should be more' }),
    high_usd: usd.nullable().meta({ description: 'In nine of ten cases it should be less' }),
    method: z.enum(forecastMethods).meta({
      description:
        'How days to come are estimated: `weekday_mean`, `daily_mean`, `none` where nothing is known, `complete` where there are none',
    }),
    explanation: z.string().meta({ description: 'The method in words' }),
    basis: z
      .array(z.object({ date: dateSchema, spent_usd: usd }))
      .meta({ description: 'The complete days that the estimate is made of' }),
    days: z
      .array(z.object({ date: dateSchema, expected_usd: usd }))
      .meta({ description: 'What is still to be spent on each day to come, today among them' }),
  })
  .meta({ id: 'SpendForecast' });
export type ForecastView = z.output<typeof forecastSchema>;
