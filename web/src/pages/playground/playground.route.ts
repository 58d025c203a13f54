import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';
import { columnsOf, searchOf, type ColumnsSearch } from './column-wish';

const isTrue = z.catch(z.optional(z.literal('true')), undefined);
const kept = z.object({ keep_transcripts: isTrue, zero_retention: isTrue });

/** What an address of the playground says. */
export type PlaygroundSearch = ColumnsSearch & z.infer<typeof kept>;

/** Up to four columns, each with the names of the API's form, those after the first with their number: `model_2`. */
export const playgroundRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): PlaygroundSearch => ({
    ...searchOf(columnsOf(search)),
    ...kept.parse(search),
  }),
  component: lazyRouteComponent(() => import('./playground.page'), 'PlaygroundPage'),
});
