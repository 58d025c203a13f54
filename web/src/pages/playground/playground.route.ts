import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';
import { columnsOf, searchOf } from './column-wish';

const isTrue = z.catch(z.optional(z.literal('true')), undefined);
const kept = z.object({ keep_transcripts: isTrue, zero_retention: isTrue });

/** Up to four columns, each with the names of the API's form, those after the first with their number: `model_2`. */
export const playgroundRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): Readonly<Record<string, string | undefined>> => ({
    ...searchOf(columnsOf(search)),
    ...kept.parse(search),
  }),
  component: lazyRouteComponent(() => import('./playground.page'), 'PlaygroundPage'),
});
