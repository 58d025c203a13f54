import type { ReactNode } from 'react';
import * as z from 'zod/mini';
import { Badge } from '../../components/badge';
import { keptStore } from '../../components/kept-store';
import { formatAudioSeconds, formatRealTime } from '../../format/amounts';
import { formatUsd } from '../../format/money';
import { LatencyBar } from './latency-bar';
import { wordsOf, type LogRow } from './log-row';
import { Marks } from './marks';
import { StatusMark } from './statuses';
import { TimeCell } from './time-cell';

/** What the list can show of a log. */
export interface LogColumn {
  readonly key: string;
  readonly title: string;
  /** As `grid-template-columns` has it. */
  readonly width: string;
  /** What the width is at least, in pixels. */
  readonly least: number;
  readonly isNumber?: true;
  readonly cell: (row: LogRow) => ReactNode;
}

const fixed = (px: number) => ({ width: `${px}px`, least: px });
const growing = (least: number, share: number) => ({ width: `minmax(${least}px, ${share}fr)`, least });
const none = <span className="text-faint">–</span>;
const textOr = (text: string | null) => (text ? <span title={text}>{text}</span> : none);

/** Every column, in the order in which they stand. */
export const COLUMNS: readonly LogColumn[] = [
  { key: 'time', title: 'Time', ...fixed(88), cell: ({ id, created_at }) => <TimeCell id={id} at={created_at} /> },
  {
    key: 'status',
    title: 'Status',
    ...fixed(116),
    cell: ({ status, http_status }) => <StatusMark status={status} httpStatus={http_status} />,
  },
  { key: 'model', title: 'Model', ...growing(88, 1), cell: ({ model }) => textOr(model) },
  { key: 'served_by', title: 'Served by', ...growing(132, 1.4), cell: (row) => <ServedBy row={row} /> },
  { key: 'audio', title: 'Audio', ...fixed(62), isNumber: true, cell: (row) => <Audio row={row} /> },
  { key: 'cost', title: 'Cost', ...fixed(108), isNumber: true, cell: (row) => <Cost row={row} /> },
  { key: 'latency', title: 'Latency', ...fixed(104), cell: (row) => <LatencyBar row={row} /> },
  {
    key: 'format',
    title: 'Format',
    ...fixed(84),
    cell: ({ response_format, stream }) => (
      <>
        {textOr(response_format)}
        {stream && <span className="text-faint"> stream</span>}
      </>
    ),
  },
  { key: 'key', title: 'Key', ...growing(100, 0.7), cell: ({ key_name }) => textOr(key_name) },
  { key: 'team', title: 'Team', ...growing(100, 0.7), cell: ({ team_name }) => textOr(team_name) },
  { key: 'user', title: 'User', ...growing(100, 0.7), cell: ({ end_user }) => textOr(end_user) },
  { key: 'tags', title: 'Tags', ...growing(110, 0.8), cell: ({ tags }) => <Tags tags={tags} /> },
  { key: 'task', title: 'Task', ...fixed(88), cell: ({ task }) => textOr(task) },
  { key: 'language', title: 'Language', ...fixed(80), cell: ({ language }) => textOr(language) },
  { key: 'speed', title: 'Real time', ...fixed(80), isNumber: true, cell: (row) => realTimeOf(row) },
  { key: 'error_code', title: 'Error code', ...growing(120, 0.8), cell: ({ error_code }) => textOr(error_code) },
  { key: 'warnings', title: 'Warnings', ...growing(110, 0.8), cell: ({ warnings }) => textOr(warnings.join(', ')) },
  { key: 'said', title: 'Said', ...growing(150, 3), cell: (row) => <Said row={row} /> },
];

const USUAL = ['time', 'status', 'model', 'served_by', 'audio', 'cost', 'latency', 'format', 'said'];

/** Which columns are shown, as this browser keeps it. */
export const columnChoice = keptStore<readonly string[]>('auricle.logs.columns', z.array(z.string()), USUAL);

/** The columns that a choice means; of a choice without any, the usual ones. */
export function columnsOf(choice: readonly string[]): readonly LogColumn[] {
  const chosen = COLUMNS.filter(({ key }) => choice.includes(key));
  return chosen.length > 0 ? chosen : columnsOf(USUAL);
}

/** Who has answered, and what it took. */
export function ServedBy({ row }: { row: LogRow }) {
  const { provider, upstream_model } = row;
  const name = provider && upstream_model ? `${provider}/${upstream_model}` : provider;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="truncate" title={name ?? undefined}>
        {name ?? none}
      </span>
      <Marks {...row} />
    </span>
  );
}

/** How long the audio is that was heard, or made. */
export function Audio({ row: { audio_seconds, output_audio_seconds, task } }: { row: LogRow }) {
  const seconds = task === 'speak' ? output_audio_seconds : audio_seconds;
  if (seconds === null) return none;
  return <span title={`${seconds} s`}>{formatAudioSeconds(seconds)}</span>;
}

/** What it cost. The drawer says why nobody knows, or what is estimated. */
export function Cost({ row: { cost_usd, cost_estimated } }: { row: LogRow }) {
  if (cost_usd === null) return <span className="text-faint">unknown</span>;
  return (
    <span title={`$${cost_usd}${cost_estimated ? ', estimated' : ''}`}>
      {cost_estimated && <span aria-hidden>~</span>}
      {formatUsd(cost_usd)}
      {cost_estimated && <span className="sr-only"> estimated</span>}
    </span>
  );
}

/** What was said, in one line; or why nothing was. */
export function Said({ row }: { row: LogRow }) {
  const { text, isError } = wordsOf(row);
  if (text === '') return none;
  if (isError) return <span className="text-bad">{text}</span>;
  return (
    <bdi dir="auto" className="block truncate text-left text-muted" lang={row.language ?? undefined}>
      {text}
    </bdi>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return none;
  return (
    <span className="flex gap-1 overflow-hidden" title={tags.join(', ')}>
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  );
}

function realTimeOf({ audio_seconds, latency_ms, status }: LogRow): ReactNode {
  if (audio_seconds === null || latency_ms === 0 || status !== 'success') return none;
  return formatRealTime((1000 * audio_seconds) / latency_ms);
}
