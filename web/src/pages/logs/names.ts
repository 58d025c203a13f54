import type { FilterId } from './filters';
import type { LogRow } from './log-row';

/** What ids are called by the rows that have them; a long one that none has is cut. */
export function nameOfRows(rows: readonly LogRow[]) {
  return (filter: FilterId, value: string): string => {
    if (filter === 'key_id') {
      return value === 'master' ? 'master key' : (rows.find(({ key_id }) => key_id === value)?.key_name ?? cut(value));
    }
    if (filter === 'team_id') {
      return value === 'none' ? 'no team' : (rows.find(({ team_id }) => team_id === value)?.team_name ?? cut(value));
    }
    return filter === 'deployment_id' ? cut(value) : value;
  };
}

function cut(id: string): string {
  return id.length > 13 ? `${id.slice(0, 13)}…` : id;
}
