import type { Schemas } from '../../../api/client';

/** What has become of a file that was read again: the models that have come and gone, and what is to be looked at. */
export function reloadWords(
  before: readonly string[],
  { models, problems }: Pick<Schemas['ConfigReload'], 'models' | 'problems'>,
): string {
  const come = models.filter((model) => !before.includes(model));
  const gone = before.filter((model) => !models.includes(model));
  const count = (number: number, one: string, more: string) => `${number} ${number === 1 ? one : more}`;
  return [
    `The file has been read again: it declares ${count(models.length, 'model', 'models')}`,
    come.length > 0 ? `, ${come.join(', ')} ${come.length === 1 ? 'is' : 'are'} new` : '',
    gone.length > 0 ? `, ${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone` : '',
    '.',
    problems.length > 0 ? ` ${count(problems.length, 'thing is', 'things are')} to be looked at.` : '',
  ].join('');
}
