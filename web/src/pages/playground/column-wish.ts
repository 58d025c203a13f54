import type { Schemas } from '../../api/client';

/** A public model, and what it gives for recordings. */
export type TranscribingModel = Schemas['PublicModel'] & { readonly transcription: Schemas['TranscriptionOffer'] };

/** Every format of an answer, plainest first. */
export const RESPONSE_FORMATS = ['text', 'json', 'verbose_json', 'diarized_json', 'srt', 'vtt'] as const;
export type ResponseFormat = (typeof RESPONSE_FORMATS)[number];

/** How many columns there are at most. */
export const MAX_COLUMNS = 4;

/** What a column asks for, in the names of the API's form. All are as the address has them; empty = not said. */
export const WISH_NAMES = [
  'model',
  'response_format',
  'language',
  'prompt',
  'temperature',
  'timestamp_granularities',
  'task',
  'stream',
] as const;
export type WishName = (typeof WISH_NAMES)[number];

/** What one column asks for. */
export type ColumnWish = Readonly<Partial<Record<WishName, string>>>;

/** What a name is called in the address: the first column's as it is, the others' with their number. */
type AddressName = WishName | `${WishName}_${2 | 3 | 4}`;

/** What an address says of all columns. */
export type ColumnsSearch = Partial<Record<AddressName, string>>;

const NUMBERS = [2, 3, 4] as const;

function nameIn(index: number, name: WishName): AddressName {
  const number = NUMBERS[index - 1];
  return number === undefined ? name : `${name}_${number}`;
}

/** The columns of an address, up to the last that names a model. */
export function columnsOf(search: Readonly<Record<string, unknown>>): readonly ColumnWish[] {
  const columns = Array.from({ length: MAX_COLUMNS }, (_, index) => {
    const said: ColumnWish = Object.fromEntries(
      WISH_NAMES.flatMap((name) => {
        const value = search[nameIn(index, name)];
        return typeof value === 'string' && value !== '' ? [[name, value]] : [];
      }),
    );
    return said;
  });
  return columns.slice(0, columns.findLastIndex(({ model }) => model !== undefined) + 1);
}

/** The columns as an address has them. Names of columns that are no more are undefined, so that they leave it. */
export function searchOf(columns: readonly ColumnWish[]): ColumnsSearch {
  const search: ColumnsSearch = {};
  for (let index = 0; index < MAX_COLUMNS; index += 1) {
    for (const name of WISH_NAMES) search[nameIn(index, name)] = columns[index]?.[name] || undefined;
  }
  return search;
}

/** What a column asks for of whom nothing is known but the model: the richest that it gives. */
export function usualWish({ id, transcription }: TranscribingModel): ColumnWish {
  const { response_formats, timestamp_granularities } = transcription;
  if (!response_formats.includes('verbose_json')) {
    return { model: id, response_format: response_formats.includes('diarized_json') ? 'diarized_json' : 'json' };
  }
  const granularities = timestamp_granularities.includes('word') ? { timestamp_granularities: 'word,segment' } : {};
  return { model: id, response_format: 'verbose_json', ...granularities };
}

/** One or two columns of different models, where the address names none. */
export function usualColumns(models: readonly TranscribingModel[]): readonly ColumnWish[] {
  return models.slice(0, 2).map(usualWish);
}

/** The fields of the form that a column sends, without the recording. */
export function fieldsOf(wish: ColumnWish): readonly (readonly [name: string, value: string])[] {
  const { model = '', response_format = 'json', timestamp_granularities = '', task: _, ...plain } = wish;
  const isVerbose = response_format === 'verbose_json' && task(wish) === 'transcriptions';
  const granularities = isVerbose ? timestamp_granularities.split(',').filter(Boolean) : [];
  return [
    ['model', model],
    ['response_format', response_format],
    ...Object.entries(plain).filter(([, value]) => value !== ''),
    ...granularities.map((value) => ['timestamp_granularities[]', value] as const),
  ];
}

/** The last part of the route that a column calls. */
export function task(wish: ColumnWish): 'transcriptions' | 'translations' {
  return wish.task === 'translate' ? 'translations' : 'transcriptions';
}

/** The format that a column asks for. */
export function formatOf({ response_format }: ColumnWish): ResponseFormat {
  return RESPONSE_FORMATS.find((format) => format === response_format) ?? 'json';
}
