import { useMemo, type ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { formatCount } from '../../format/amounts';
import { allowsModel } from '../../format/model-patterns';
import { Badge } from '../badge';
import { Facts } from '../facts';
import { Notice } from '../notice';
import { REDACTION_KINDS } from './access-values';
import { BudgetBar } from './budget-bar';
import { limitWords } from './limit-words';
import { useModelNames } from './model-names';

/** What keys and teams have alike: budgets, what may be used, limits, and what is kept. */
export function AccessFacts({
  stored,
  children,
}: {
  stored: Schemas['Key'] | Schemas['Team'];
  /** What comes first. */
  children: ReactNode;
}) {
  const { budgets, warnings, limits, tags, metadata, redaction, privacy } = stored;
  return (
    <>
      {warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      {children}
      <Part title="Budgets">
        {budgets.length === 0 && <p className="text-muted">None: requests may cost anything.</p>}
        {budgets.map((budget) => (
          <BudgetBar key={[budget.period, budget.time_zone, budget.model].join(' ')} budget={budget} />
        ))}
      </Part>
      <Part title="What may be used">
        <Facts
          facts={[
            ['Models', <AllowedModels key="models" list={stored.models} />],
            ['Endpoints', stored.endpoints?.join(', ') ?? 'all'],
            ['Addresses', stored.allowed_addresses?.join(', ') ?? 'any'],
          ]}
        />
      </Part>
      <Part title="Limits">
        <Words words={limitWords(limits)} none="None." />
      </Part>
      <Part title="Redaction and privacy">
        <Words words={[...redactionWords(redaction), ...privacyWords(privacy)]} none="As the gateway has it." />
      </Part>
      <Part title="Tags and notes">
        <Words words={tags} none={Object.keys(metadata).length === 0 ? 'None.' : ''} />
        <Facts facts={Object.entries(metadata)} />
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-4">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Words({ words, none }: { words: readonly string[]; none: string }) {
  if (words.length === 0) return none && <p className="text-muted">{none}</p>;
  return (
    <ul className="flex flex-wrap gap-1">
      {words.map((word) => (
        <li key={word} className="max-w-full truncate" title={word}>
          <Badge>{word}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** A list of models and patterns, and which of the models that there are it lets through. */
function AllowedModels({ list }: { list: readonly string[] | null }) {
  const { names, hasMore } = useModelNames();
  const allowed = useMemo(() => names.filter((name) => allowsModel(list, name)), [names, list]);
  return (
    <>
      <span dir="auto">{list?.join(', ') ?? 'all'}</span>
      {names.length > 0 && (
        <details className="text-muted">
          <summary>
            {formatCount(allowed.length)} of {hasMore ? `the newest ${names.length}` : names.length} models now
          </summary>
          <p dir="auto">{allowed.join(', ')}</p>
        </details>
      )}
    </>
  );
}

function redactionWords(redaction: Schemas['Redaction'] | null): readonly string[] {
  if (!redaction) return [];
  const where = redaction.in === 'answer' ? 'in answers, too' : 'in what is stored';
  return [
    ...redaction.kinds.map((kind) => `${REDACTION_KINDS[kind]} masked ${where}`),
    ...redaction.patterns.map(({ name }) => `${name} masked ${where}`),
  ];
}

function privacyWords(privacy: Schemas['Privacy'] | null): readonly string[] {
  if (!privacy) return [];
  return [
    ...(privacy.zero_retention ? ['Zero retention'] : []),
    ...(privacy.keep_transcripts ? [] : ['Transcripts are not kept']),
    ...(privacy.transcript_retention_days === null
      ? []
      : [`Transcripts are kept ${privacy.transcript_retention_days} days`]),
    ...(privacy.log_retention_days === null ? [] : [`Logs are kept ${privacy.log_retention_days} days`]),
  ];
}
