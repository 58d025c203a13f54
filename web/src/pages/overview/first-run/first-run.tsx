import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { Button } from '../../../components/button';
import { classNames } from '../../../components/class-names';
import { Instant } from '../../../components/instant';
import { PageLink } from '../../../components/page-link';
import { Panel } from '../../../components/panel';
import { MakeKey } from './make-key';
import { nextStep } from './steps';
import { TryIt } from './try-it';
import type { FirstRun } from './use-first-run';

const LOG_PATH: string = '/logs/$id';

/** The way from an empty gateway to an application's first request: each step turns green when it has happened, wherever it was done. */
export function Checklist({ models, progress, arrival, dismiss }: FirstRun) {
  const next = nextStep(progress);
  const [model] = models;
  return (
    <Panel
      title="First steps"
      actions={
        <Button look={next ? 'quiet' : 'primary'} size="small" onClick={dismiss}>
          {next ? 'Not now' : 'Done'}
        </Button>
      }
      className="mx-auto w-full max-w-3xl"
    >
      <ol className="flex flex-col gap-1">
        <Step
          number={1}
          title="Add a provider key, or use the sandbox"
          isDone={progress.model}
          isNext={next === 'model'}
        >
          <p>
            {model && (
              <>
                {models.length === 1 ? 'One model transcribes: ' : `${models.length} models transcribe: `}
                <span className="mono break-all">{namesOf(models)}</span>.{' '}
                {model.managed_by === 'sandbox' && 'The sandbox answers a made-up text that says so. For real ones '}
              </>
            )}
            {(!model || model.managed_by === 'sandbox') && <AddProvider isSentence={!model} />}
          </p>
        </Step>
        <Step number={2} title="Try it" isDone={progress.tried} isNext={next === 'tried'}>
          {model && <TryIt models={models} isNext={next === 'tried'} />}
        </Step>
        <Step number={3} title="Make a key for your application" isDone={progress.key} isNext={next === 'key'}>
          <MakeKey model={model?.name ?? 'sandbox'} isNext={next === 'key'} />
        </Step>
        <Step number={4} title="Watch it arrive" isDone={progress.arrived} isNext={next === 'arrived'}>
          <p aria-live="polite">
            {arrival ? (
              <>
                <Link to={LOG_PATH} params={{ id: arrival.id }} className="font-medium underline underline-offset-2">
                  {arrival.model ?? 'A request'}
                </Link>{' '}
                was asked for by {arrival.key_name}, <Instant at={arrival.created_at} />: {arrival.status}.
              </>
            ) : (
              'The first request with a key is shown here when it is answered.'
            )}
          </p>
        </Step>
      </ol>
    </Panel>
  );
}

function namesOf(models: readonly { readonly name: string }[]): string {
  const shown = models.slice(0, 4).map(({ name }) => name);
  return models.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

function AddProvider({ isSentence }: { isSentence: boolean }) {
  return (
    <>
      {isSentence ? 'Start' : 'start'} the gateway with a provider's key in its environment, such as{' '}
      <span className="mono">OPENAI_API_KEY</span>, or add one under <PageLink to="/providers">Providers</PageLink>.
    </>
  );
}

function Step({
  number,
  title,
  isDone,
  isNext,
  children,
}: {
  number: number;
  title: string;
  isDone: boolean;
  isNext: boolean;
  children: ReactNode;
}) {
  const isWaiting = !isDone && !isNext;
  return (
    <li className={classNames('flex gap-3 rounded-md p-3', isNext && 'bg-sunken')} aria-current={isNext && 'step'}>
      <span
        aria-hidden
        className={classNames(
          'flex size-6 shrink-0 items-center justify-center rounded-full text-sm font-semibold',
          isDone ? 'bg-good-wash text-good' : isNext ? 'bg-accent text-on-accent' : 'border border-line text-muted',
        )}
      >
        {isDone ? <Check size={14} /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className={classNames('font-semibold', isWaiting && 'text-muted')}>
          {title}
          {isDone && <span className="sr-only"> (done)</span>}
        </h3>
        <div className="mt-1 flex flex-col items-start gap-2 text-sm text-muted [&>*]:max-w-full">{children}</div>
      </div>
    </li>
  );
}
