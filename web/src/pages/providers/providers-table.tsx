import type { Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { Some } from '../../components/some';
import { Table, type Column } from '../../components/table';

type Provider = Schemas['Provider'];

/** What can be said of all models of a provider in a few words. */
function abilities({ models, other_models, speech_models, other_speech_models }: Provider): readonly string[] {
  const all = [...models.map(({ capabilities }) => capabilities), ...(other_models ? [other_models] : [])];
  const some = (may: (capabilities: Schemas['Capabilities']) => boolean) => all.some(may);
  return [
    ...(some(({ tasks }) => tasks.includes('transcribe')) ? ['transcribes'] : []),
    ...(some(({ tasks }) => tasks.includes('translate')) ? ['translates'] : []),
    ...(speech_models.length > 0 || other_speech_models ? ['speaks'] : []),
    ...(some(({ streaming }) => streaming) ? ['streams'] : []),
    ...(some(({ diarization }) => diarization) ? ['tells speakers apart'] : []),
    ...(some(({ granularities }) => granularities.includes('word')) ? ['times of words'] : []),
  ];
}

/** A provider, and what begins to add it; undefined for whoever may not. */
interface Row {
  readonly provider: Provider;
  readonly onAdd: ((name: string) => void) | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', title: 'Provider', cell: ({ provider }) => <Name provider={provider} /> },
  { key: 'can', title: 'Some of its models', cell: ({ provider }) => abilities(provider).join(', ') },
  { key: 'models', title: 'Known models', cell: ({ provider }) => <Some of={modelNames(provider)} none="any name" /> },
  {
    key: 'environment',
    title: 'Key in the environment',
    isMinor: true,
    cell: ({ provider }) => <Some of={provider.environment.api_key} none="none" />,
  },
  { key: 'add', title: <span className="sr-only">Actions</span>, isNumber: true, cell: (row) => <Add {...row} /> },
];

/** Every provider, one a row. */
export function ProvidersTable({
  providers,
  onAdd,
}: {
  providers: readonly Provider[];
  /** Begins to add one; undefined for whoever may not. */
  onAdd: ((name: string) => void) | undefined;
}) {
  const rows = providers.map((provider) => ({ provider, onAdd }));
  return <Table label="Providers" columns={COLUMNS} rows={rows} rowKey={({ provider }) => provider.name} />;
}

function modelNames({ models, speech_models }: Provider): readonly string[] {
  return [...models, ...speech_models].map(({ name }) => name);
}

function Name({ provider: { name, title } }: { provider: Provider }) {
  return (
    <div className="py-1.5">
      <div className="font-medium whitespace-nowrap">{title}</div>
      <div className="mono text-muted">{name}</div>
    </div>
  );
}

function Add({ provider: { name, title }, onAdd }: Row) {
  if (!onAdd) return null;
  return (
    <Button size="small" aria-label={`Add ${title}`} onClick={() => onAdd(name)}>
      Add
    </Button>
  );
}
