import { useQuery } from '@tanstack/react-query';
import { retirementsQuery } from '../../api/serving';
import { Empty } from '../../components/empty';
import { ErrorNotice } from '../../components/notice';
import { Page } from '../../components/page';
import { RetirementPanel } from './retirement-panel';

/** What breaks on which day, and for whom. */
export function RetirementsPage() {
  const { data, error, refetch } = useQuery(retirementsQuery);
  return (
    <Page title="Retirements">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.data.length === 0 && (
        <Empty title="Nothing that is configured has an announced end">
          When a provider announces the end of a model that a deployment uses, this page says from when on, whose
          requests of the last 30 days use it, and which other deployment could serve them.
        </Empty>
      )}
      {data?.data
        .toSorted((one, other) => one.retires_on.localeCompare(other.retires_on))
        .map((retirement) => (
          <RetirementPanel key={retirement.deployment_id} retirement={retirement} />
        ))}
    </Page>
  );
}
