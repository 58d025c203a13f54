import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { askFirst } from '../../frame/ask-first';
import { rootRoute } from '../../frame/root-route';
import { figuresQuestion } from './traffic-questions';

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => askFirst('analytics.read', deps, figuresQuestion),
  component: lazyRouteComponent(() => import('./overview.page'), 'OverviewPage'),
  staticData: { hasPeriod: true },
});
