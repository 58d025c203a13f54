import { logEntry } from '../../../../test/support/log-entries.js';
import { toRecord } from '../../entry/ledger-record.js';
import type { LogEntry } from '../../entry/log-entry.js';
import { logFields, type LogField } from '../log-fields.js';
import { logRowSchema } from '../log-row.js';
import { presentLog } from '../log.schema.js';
import { logLines, type ExportedLog } from './log-lines.js';

function exported(fields: Partial<LogEntry>): ExportedLog {
  const entry = logEntry(fields);
  const row = logRowSchema.parse({ ...toRecord(entry), said: entry.transcript ?? null, created_at: entry.createdAt });
  return { row, view: presentLog(row, undefined) };
}

const csv = (fields: readonly LogField[], ...logs: readonly Partial<LogEntry>[]) =>
  logLines.csv.lines(logs.map(exported), fields);

it('has a column for each field in CSV, in their order, and as many cells in every line', () => {
  const header = logLines.csv.header(logFields);
  expect(header).toBe(`${logFields.join(',')}\r\n`);
  const plain = csv(logFields, { warnings: [], tags: [] });
  // No cell of this log has a comma in it.
  expect(plain.split(',')).toHaveLength(logFields.length);
  expect(plain.endsWith('\r\n')).toBe(true);
});

it.each<[LogField, Partial<LogEntry>, string]>([
  ['cost_usd', { costNanoUsd: 1n }, '0.000000001'],
  ['cost_usd', { costNanoUsd: 123_456_789_000_000_001n }, '123456789.000000001'],
  ['cost_usd', { costNanoUsd: 0n }, '0'],
  ['cost_usd', { costNanoUsd: null }, ''],
  ['measured_cost_usd', { measuredCostNanoUsd: 20n }, '0.00000002'],
  ['stream', { stream: true }, 'true'],
  ['stream', { stream: false }, 'false'],
  ['audio_seconds', { audioSeconds: 0.5 }, '0.5'],
  ['error_message', { errorMessage: '=HYPERLINK("x")' }, `"'=HYPERLINK(""x"")"`],
  ['error_message', { errorMessage: 'one\r\ntwo' }, '"one\r\ntwo"'],
  ['tags', { tags: [] }, '[]'],
  ['tags', { tags: ['a', '=b'] }, '"[""a"",""=b""]"'],
  ['metadata', { metadata: { job: 'seven, or so' } }, '"{""job"":""seven, or so""}"'],
])('writes %s of %j as %s', (field, fields, cell) => {
  expect(csv([field], fields)).toBe(`${cell}\r\n`);
});

it('has a line of JSON for each log, with the id and what was asked for', () => {
  const logs = [exported({ model: 'a', transcript: 'one\ntwo' }), exported({ model: 'b' })];
  expect(logLines.ndjson.header(logFields)).toBe('');
  const lines = logLines.ndjson.lines(logs, ['model', 'transcript']).split('\n');
  expect(lines.slice(0, -1).map((line): unknown => JSON.parse(line))).toEqual([
    { id: logs[0]?.view.id, model: 'a', transcript: 'one\ntwo' },
    { id: logs[1]?.view.id, model: 'b', transcript: null },
  ]);
  expect(lines.at(-1)).toBe('');
});

it.each(['csv', 'ndjson'] as const)('writes nothing of no logs as %s', (format) => {
  expect(logLines[format].lines([], logFields)).toBe('');
});
