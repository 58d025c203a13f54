import { columnsOf, fieldsOf, searchOf, usualColumns, usualWish, type TranscribingModel } from './column-wish';

function model(id: string, formats: TranscribingModel['transcription']['response_formats'], words = false) {
  const timestamp_granularities = words ? (['word', 'segment'] as const) : [];
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: 'openai',
    shutdown_date: null,
    transcription: {
      tasks: ['transcribe'],
      response_formats: formats,
      timestamp_granularities: [...timestamp_granularities],
    },
  } satisfies TranscribingModel;
}

it('is the same again after a way through an address', () => {
  const columns = [{ model: 'whisper', response_format: 'srt', language: 'en' }, { model: 'nova/3' }];
  const search = searchOf(columns);
  expect(search).toMatchObject({ model: 'whisper', language: 'en', model_2: 'nova/3', model_3: undefined });
  expect(columnsOf(search)).toEqual(columns);
});

it('has no columns of an address that names no model, or has no text', () => {
  expect(columnsOf({ response_format: 'srt' })).toEqual([]);
  expect(columnsOf({ model: 7, model_2: 'b' })).toEqual([{}, { model: 'b' }]);
});

it('begins with two models and the richest that each gives', () => {
  const models = [
    model('w', ['json', 'verbose_json'], true),
    model('d', ['json', 'diarized_json']),
    model('g', ['json']),
  ];
  expect(usualColumns(models)).toEqual([
    { model: 'w', response_format: 'verbose_json', timestamp_granularities: 'word,segment' },
    { model: 'd', response_format: 'diarized_json' },
  ]);
  expect(usualWish(model('g', ['json']))).toEqual({ model: 'g', response_format: 'json' });
});

it('sends granularities with the one format that has them', () => {
  const wish = { model: 'w', response_format: 'verbose_json', timestamp_granularities: 'word,segment', language: 'en' };
  expect(fieldsOf(wish)).toEqual([
    ['model', 'w'],
    ['response_format', 'verbose_json'],
    ['language', 'en'],
    ['timestamp_granularities[]', 'word'],
    ['timestamp_granularities[]', 'segment'],
  ]);
  expect(fieldsOf({ ...wish, response_format: 'srt' }).map(([name]) => name)).not.toContain(
    'timestamp_granularities[]',
  );
  expect(fieldsOf({ ...wish, task: 'translate' }).map(([name]) => name)).toEqual([
    'model',
    'response_format',
    'language',
  ]);
});
