import { useNavigate } from '@tanstack/react-router';
import type { Bucket, Dimension } from '../../api/analytics';
import { DIMENSIONS } from '../../api/groups';
import { Checkbox, SelectField } from '../../components/field';
import { BUCKETS, TOPS, type AnalyticsSearch } from './analytics-search';
import { METRIC_GROUPS, type Metric } from './metrics';

/** What is asked for. Each choice is a change of the address. */
export function Controls({
  search,
  metric,
  dimensions,
  shownBucket,
}: {
  search: AnalyticsSearch;
  metric: Metric;
  dimensions: readonly Dimension[];
  /** What the period is divided by, chosen or not. */
  shownBucket: Bucket;
}) {
  const navigate = useNavigate();
  const choose = (change: Partial<AnalyticsSearch>) =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...change }), replace: true });
  const [first, second] = dimensions;
  const groupBy = (...names: (string | undefined)[]) =>
    choose({ group_by: names.filter(Boolean).join(',') || undefined });
  return (
    <div className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <SelectField
        label="Metric"
        value={metric.name}
        onChange={(event) => choose({ metric: event.target.value })}
        className="max-sm:col-span-2 sm:w-56"
      >
        {METRIC_GROUPS.map(({ title, metrics }) => (
          <optgroup key={title} label={title}>
            {metrics.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      <DimensionField
        label="Group by"
        value={first}
        without={undefined}
        onChange={(name) => groupBy(...(name ? [name, second === name ? undefined : second] : []))}
      />
      {first && (
        <DimensionField label="And by" value={second} without={first} onChange={(name) => groupBy(first, name)} />
      )}
      <SelectField
        label="Bucket"
        value={search.bucket ?? ''}
        onChange={(event) => choose({ bucket: BUCKETS.find((bucket) => bucket === event.target.value) })}
        className="sm:w-40"
      >
        <option value="">auto ({shownBucket})</option>
        {BUCKETS.map((bucket) => (
          <option key={bucket}>{bucket}</option>
        ))}
      </SelectField>
      {first && (
        <SelectField
          label="Groups"
          value={search.top ?? '10'}
          onChange={(event) => choose({ top: TOPS.find((top) => top === event.target.value) })}
          className="sm:w-28"
        >
          {TOPS.map((top) => (
            <option key={top} value={top}>
              top {top}
            </option>
          ))}
        </SelectField>
      )}
      <div className="flex flex-wrap gap-x-4 gap-y-3 py-1.5 max-sm:col-span-2">
        <Checkbox
          label="Summed up"
          checked={metric.isAmount && search.cumulative === 'true'}
          disabled={!metric.isAmount}
          title={metric.isAmount ? undefined : 'This cannot be added up.'}
          onChange={(event) => choose({ cumulative: event.target.checked ? 'true' : undefined })}
        />
        <Checkbox
          label="Against the period before"
          checked={search.compare === 'true'}
          onChange={(event) => choose({ compare: event.target.checked ? 'true' : undefined })}
        />
      </div>
    </div>
  );
}

function DimensionField({
  label,
  value,
  without,
  onChange,
}: {
  label: string;
  value: Dimension | undefined;
  without: Dimension | undefined;
  onChange: (name: string | undefined) => void;
}) {
  return (
    <SelectField
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
      className="sm:w-36"
    >
      <option value="">nothing</option>
      {Object.entries(DIMENSIONS)
        .filter(([name]) => name !== without)
        .map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
    </SelectField>
  );
}
