import { createRootRoute, Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Button } from '../components/button';
import { Empty } from '../components/empty';
import { ErrorNotice } from '../components/notice';
import { Frame } from './frame';
import { periodSearch } from './period';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Whether the page shows a period, which the header then lets choose. */
    readonly hasPeriod?: boolean;
  }
}

/** What every page lies under: the frame, and a period in the address. */
export const rootRoute = createRootRoute({
  validateSearch: periodSearch,
  component: Frame,
  notFoundComponent: NoSuchPage,
  errorComponent: BrokenPage,
});

function NoSuchPage() {
  return (
    <Empty
      title="There is no such page"
      actions={
        <Button asChild>
          <Link to="/">To the overview</Link>
        </Button>
      }
    />
  );
}

function BrokenPage({ error, reset }: ErrorComponentProps) {
  return (
    <div className="p-6">
      <ErrorNotice error={error} onRetry={reset} />
    </div>
  );
}
