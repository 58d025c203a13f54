/** `request_log_2026_11`, `transcript_2026_11`. */
const PARTITION_NAME = /^[a-z_]+_(\d{4})_(\d{2})$/;

/**
 * The months of partitions with these names that end before a moment or with it, each once, oldest first, by their first moment in
 * UTC. What has another name is no month.
 */
export function monthsEndedBy(moment: Date, names: readonly string[]): Date[] {
  const months = names.flatMap((name) => {
    const [, year, month] = PARTITION_NAME.exec(name) ?? [];
    return year === undefined ? [] : [Date.UTC(Number(year), Number(month) - 1)];
  });
  return [...new Set(months)]
    .toSorted((one, other) => one - other)
    .map((month) => new Date(month))
    .filter((month) => endOf(month) <= moment);
}

/** The first moment after a month. */
export function endOf(month: Date): Date {
  return new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1));
}
