import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { rootRoute } from '../../frame/root-route';

const text = z.catch(z.optional(z.string()), undefined);

/** The filters of `GET /admin/v1/audit`, by its names. */
export const auditSearch = z.object({ actor: text, kind: text, action: text, subject: text, request_id: text });
export type AuditSearch = z.infer<typeof auditSearch>;

export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  staticData: { hasPeriod: true },
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./audit.page'), 'AuditPage'),
});
