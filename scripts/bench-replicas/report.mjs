// The table that is told.

const COLUMNS = [
  ['gateways', ({ gateways }) => gateways],
  ['limits are counted in', ({ name }) => name],
  ['load', ({ shape }) => shape],
  ['offered/s', ({ offered = '' }) => offered],
  ['decisions/s', ({ decided, used }) => perSecond(decided, used.atMs / 1000)],
  ['p50 ms', ({ waited }) => digits(waited?.p50)],
  ['p99 ms', ({ waited }) => digits(waited?.p99)],
  ['statements/s', ({ used }) => perSecond(used.statements, used.atMs / 1000)],
  ['that write', ({ used }) => perSecond(used.writes, used.atMs / 1000)],
  ['WAL MB/s', ({ used }) => digits(used.walBytes / 1000 / used.atMs)],
  ['logs/s', ({ used }) => perSecond(used.logs, used.atMs / 1000)],
  ['PostgreSQL cores', ({ used }) => digits(used.databaseCpuMs / used.atMs)],
  ['its CPU ms a decision', ({ decided, used }) => digits(used.databaseCpuMs / decided)],
  ['PgBouncer cores', ({ used }) => digits(used.bouncerCpuMs / used.atMs)],
  ['Redis scripts/s', ({ used }) => perSecond(used.redisCalls, used.atMs / 1000)],
  ['Redis cores', ({ used }) => digits(used.redisCpuMs / used.atMs)],
  ['simulation cores', ({ used }) => digits(used.fleetCpuMs / used.atMs)],
  ['its event loop late, p99 ms', ({ used }) => digits(used.lateMs)],
  ['connections', ({ used }) => used.connections],
  ['busy', ({ used }) => digits(used.busy)],
  ['wait for rows', ({ used }) => digits(used.waitForRows)],
  ['wait for WAL', ({ used }) => digits(used.waitForLog)],
  ['change seen by all, ms', ({ changes }) => digits(changes.toSorted((a, b) => a - b)[changes.length >> 1])],
  ['at worst', ({ changes }) => digits(Math.max(...changes))],
];

/** What stands above the lines. */
export const HEAD = `${row(COLUMNS.map(([name]) => name))}\n${row(COLUMNS.map((_, index) => (index < 3 && index > 0 ? '---' : '---:')))}`;

/** What was measured, as a line of the table. */
export function lineOf(measured) {
  return row(COLUMNS.map(([, cell]) => cell(measured)));
}

function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

function perSecond(count, seconds) {
  return count === undefined ? '' : Math.round(count / seconds);
}

function digits(number) {
  if (number === undefined || !Number.isFinite(number)) return '';
  return number >= 100 ? Math.round(number) : Number(number.toPrecision(2));
}

/** What PostgreSQL has worked on longest. */
export function slowestLines(slowest) {
  return slowest.map(({ calls, meanMs, part, query }) => {
    const words = query.replace(/\s+/g, ' ').slice(0, 90);
    return `  ${Math.round(100 * part)} % of its time in statements, ${calls} x ${digits(meanMs)} ms: ${words}`;
  });
}
