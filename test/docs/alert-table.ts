import { alertEvents } from '../../src/alerts/events/alert-events.js';
import { code, table } from './markdown.js';

/** The table of docs/governance.md: every type of event, what it means and what its `data` has. */
export function alertTable(): string {
  const rows = Object.entries(alertEvents).map(([type, { what, data }]) => [
    code(type),
    what,
    Object.keys(data.shape).map(code).join(', '),
  ]);
  return table(['Type', 'What has happened', '`data`'], rows);
}
