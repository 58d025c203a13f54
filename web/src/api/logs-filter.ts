import type { paths } from './generated/schema';

type LogsQuery = NonNullable<paths['/admin/v1/logs']['get']['parameters']['query']>;

/** What rows of the ledger are narrowed by, beside a period: the API's own parameters, which addresses have, too. */
export type LogsFilter = Omit<LogsQuery, 'from' | 'to' | 'limit' | 'cursor' | 'fields'>;

/** What counts as an error in sums: the fault of a provider, or of the gateway. */
export const OF_ERRORS: LogsFilter = { status: ['failure', 'lost'] };
