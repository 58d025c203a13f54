import { usualWish, type ColumnWish, type ResponseFormat, type TranscribingModel } from './column-wish';
import type { Answer } from './send';

/** The views of what a column has heard. */
export const TABS = ['text', 'srt', 'vtt', 'json'] as const;
export type TabName = (typeof TABS)[number];

export const TAB_TITLES: Readonly<Record<TabName, string>> = { text: 'Text', srt: 'SRT', vtt: 'VTT', json: 'JSON' };

/** The tab that shows an answer as it came. */
export function tabOf({ format, isStream }: Pick<Answer, 'format' | 'isStream'>): TabName {
  if (format === 'text' && !isStream) return 'text';
  return format === 'srt' || format === 'vtt' ? format : 'json';
}

/**
 * What a column asks to fill another tab: the same in another format, without what belongs to the one before.
 * @returns undefined where the model does not give it
 */
export function wishFor(tab: TabName, wish: ColumnWish, model: TranscribingModel): ColumnWish | undefined {
  const { stream: _, timestamp_granularities: __, ...rest } = wish;
  if (tab === 'json') return { ...rest, ...usualWish(model) };
  const format: ResponseFormat = tab;
  return model.transcription.response_formats.includes(format) ? { ...rest, response_format: format } : undefined;
}

/** How a downloaded answer ends. */
export function endingOf(tab: TabName, { isStream }: Pick<Answer, 'isStream'>): string {
  if (tab === 'text') return 'txt';
  return tab === 'json' && isStream ? 'events.txt' : tab;
}

/** What a tab holds of an answer: the body as it came, or for the text of another format the words in it. */
export function contentOf(tab: TabName, { body, format, heard }: Pick<Answer, 'body' | 'format' | 'heard'>): string {
  if (tab !== 'text' || format === 'text') return body;
  return heard.segments
    .map(({ words, speaker }) => {
      const said = words
        .map(({ text, hasSpace }) => text + (hasSpace ? ' ' : ''))
        .join('')
        .trim();
      return heard.speakers.length > 1 && speaker !== undefined ? `${speaker}: ${said}` : said;
    })
    .join('\n');
}
