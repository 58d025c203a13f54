import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { analyticsQuery, type AnalyticsQuery, type Dimension } from '../../api/analytics';
import { Button } from '../../components/button';
import { saveText, fileNameOf } from '../../components/save-text';
import { formatWithOffset, zoneName, type Zone } from '../../format/time';
import type { Period } from '../../frame/period';
import { totalsCsv } from './totals-csv';

/** Keeps the totals as a file: of as many groups as the API tells, not only of those that are shown. */
export function GroupsCsv({
  period,
  zone,
  query,
  dimensions,
}: {
  period: Period;
  zone: Zone;
  query: AnalyticsQuery;
  dimensions: readonly Dimension[];
}) {
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: async () => {
      const { placeholderData: _, ...asked } = analyticsQuery(period, zone, { ...query, top: 100 });
      const data = await queries.fetchQuery(asked);
      const days = [data.from, data.to].map((instant) => formatWithOffset(instant, zone).slice(0, 10));
      const by = dimensions.flatMap((dimension) => ['by', dimension]);
      saveText(fileNameOf(['totals', ...by, ...days, zoneName(zone)], 'csv'), totalsCsv(data, zone));
    },
  });
  return (
    <Button
      look="quiet"
      size="small"
      disabled={saving.isPending}
      onClick={() => saving.mutate()}
      aria-label="Totals as CSV"
    >
      <Download size={14} aria-hidden />
      {saving.isError ? 'Try again' : 'CSV'}
    </Button>
  );
}
