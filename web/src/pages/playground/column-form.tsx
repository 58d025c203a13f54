import { Checkbox, SelectField, TextArea, TextField } from '../../components/field';
import { RESPONSE_FORMATS, usualWish, type ColumnWish, type TranscribingModel, type WishName } from './column-wish';

/** What a column asks for. Options that a model does not give are left out. */
export function ColumnForm({
  number,
  wish,
  models,
  onChange,
}: {
  number: number;
  wish: ColumnWish;
  models: readonly TranscribingModel[];
  onChange: (wish: ColumnWish) => void;
}) {
  const model = models.find(({ id }) => id === wish.model);
  const formats = model?.transcription.response_formats ?? RESPONSE_FORMATS;
  const tasks = model?.transcription.tasks ?? [];
  const set = (name: WishName, value: string | undefined) => onChange({ ...wish, [name]: value });
  return (
    <div className="flex flex-col gap-2">
      <SelectField
        label={`Model ${number}`}
        hideLabel
        value={wish.model ?? ''}
        onChange={({ target }) => {
          const chosen = models.find(({ id }) => id === target.value);
          if (chosen) onChange({ ...keptOptions(wish, chosen), ...usualWish(chosen) });
        }}
      >
        {!model && (
          <option value={wish.model ?? ''}>
            {wish.model ? `${wish.model} (not yours, or gone)` : 'Choose a model'}
          </option>
        )}
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </SelectField>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        {' '}
        <SelectField
          label={`Format ${number}`}
          hideLabel
          className="w-42"
          value={wish.response_format ?? 'json'}
          onChange={({ target }) => set('response_format', target.value)}
        >
          {RESPONSE_FORMATS.filter((format) => formats.includes(format)).map((format) => (
            <option key={format}>{format}</option>
          ))}
        </SelectField>
        <details className="min-w-0 text-sm open:basis-full">
          <summary className="w-fit rounded-sm py-1.5 text-muted hover:text-text">{summaryOf(wish)}</summary>
          <div className="flex flex-col gap-2 pt-2">
            <div className="flex gap-2">
              <TextField
                label="Language"
                className="min-w-0 flex-1"
                placeholder="detected"
                value={wish.language ?? ''}
                onChange={({ target }) => set('language', target.value)}
              />
              <TextField
                label="Temperature"
                className="min-w-0 flex-1"
                inputMode="decimal"
                placeholder="usual"
                value={wish.temperature ?? ''}
                onChange={({ target }) => set('temperature', target.value)}
              />
            </div>
            <TextArea
              label="Prompt"
              rows={2}
              value={wish.prompt ?? ''}
              onChange={({ target }) => set('prompt', target.value)}
            />
            {wish.response_format === 'verbose_json' && (
              <SelectField
                label="Times of"
                value={wish.timestamp_granularities ?? ''}
                onChange={({ target }) => set('timestamp_granularities', target.value)}
              >
                <option value="">segments</option>
                {model?.transcription.timestamp_granularities.includes('word') && (
                  <>
                    <option value="word">words</option>
                    <option value="word,segment">words and segments</option>
                  </>
                )}
              </SelectField>
            )}
            {tasks.includes('translate') && (
              <Checkbox
                label="Translate to English"
                checked={wish.task === 'translate'}
                onChange={({ target }) => set('task', target.checked ? 'translate' : undefined)}
              />
            )}
            <Checkbox
              label="Stream"
              hint="As events, in formats that have some: json, text, diarized_json"
              checked={wish.stream === 'true'}
              onChange={({ target }) => set('stream', target.checked ? 'true' : undefined)}
            />
          </div>
        </details>
      </div>
    </div>
  );
}

/** What stays when another model is chosen: what was meant for the recording and not for the model. */
function keptOptions(
  { language, prompt, temperature, task, stream }: ColumnWish,
  chosen: TranscribingModel,
): ColumnWish {
  const translates = task === 'translate' && chosen.transcription.tasks.includes('translate');
  return { language, prompt, temperature, stream, ...(translates && { task }) };
}

function summaryOf({ language, prompt, temperature, task, stream }: ColumnWish): string {
  const said = [
    language && `language ${language}`,
    temperature && `temperature ${temperature}`,
    prompt && 'prompt',
    task && 'translate',
    stream && 'stream',
  ].filter(Boolean);
  return said.length > 0 ? `Options: ${said.join(', ')}` : 'Options';
}
