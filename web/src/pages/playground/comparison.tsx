import { useState } from 'react';
import { Panel } from '../../components/panel';
import { TextArea } from '../../components/field';
import { formatShare } from '../../format/amounts';
import { agreement, wordErrorRate } from './compare';
import { wordsOf } from './words';

/** What a column has heard, for comparisons. */
export interface Compared {
  /** The number of the column. */
  readonly label: string;
  readonly model: string;
  readonly plain: readonly string[];
}

/** How far the columns agree with each other, and with what was really said. */
export function Comparison({ columns }: { columns: readonly Compared[] }) {
  const [reference, setReference] = useState('');
  const said = wordsOf(reference).flatMap(({ plain }) => plain || []);
  const pairs = columns.flatMap((one, index) => columns.slice(index + 1).map((other) => [one, other] as const));
  return (
    <Panel title="Compared">
      <div className="flex flex-wrap gap-6">
        {pairs.length > 0 && (
          <Rates
            title="Agreement"
            more="1 minus the word error rate between the two, by the words of the longer one; case and punctuation do not count"
            rows={pairs.map(([one, other]) => ({
              label: `${one.label} – ${other.label}`,
              title: `${one.model}, ${other.model}`,
              rate: agreement(one.plain, other.plain),
            }))}
          />
        )}
        <TextArea
          label="Reference"
          className="min-w-0 flex-1 basis-64"
          rows={3}
          value={reference}
          onChange={({ target }) => setReference(target.value)}
          hint="Paste what was really said. It stays in this page."
          dir="auto"
        />
        {said.length > 0 && (
          <Rates
            title="Word error rate"
            more="Words put in, taken out or replaced, by the words of the reference; case and punctuation do not count"
            rows={columns.map(({ label, model, plain }) => ({ label, title: model, rate: wordErrorRate(said, plain) }))}
          />
        )}
      </div>
    </Panel>
  );
}

function Rates({
  title,
  more,
  rows,
}: {
  title: string;
  more: string;
  rows: readonly { readonly label: string; readonly title: string; readonly rate: number | undefined }[];
}) {
  return (
    <table className="h-fit min-w-0 text-sm">
      <caption className="pb-1 text-left font-medium whitespace-nowrap" title={more}>
        {title}
      </caption>
      <tbody>
        {rows.map(({ label, title, rate }) => (
          <tr key={label} title={title}>
            <th scope="row" className="pr-6 text-left font-normal text-muted">
              {label}
            </th>
            <td className="text-right font-medium whitespace-nowrap">
              {rate === undefined ? 'too different' : shareOf(rate)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is not all of it is not said to be. */
function shareOf(rate: number): string {
  return formatShare(rate < 1 ? Math.min(rate, 0.999) : rate);
}
