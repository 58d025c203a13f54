import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import {
  columnsOf,
  searchOf,
  usualColumns,
  usualWish,
  MAX_COLUMNS,
  type ColumnWish,
  type TranscribingModel,
} from './column-wish';

/**
 * The columns, as the address has them; usual ones where it has none. They are changed here first and the address follows, as it is
 * too slow for somebody who types.
 */
export function useColumns(models: readonly TranscribingModel[]) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const inAddress = JSON.stringify(columnsOf(search));
  const [seen, setSeen] = useState(inAddress);
  const [chosen, setChosen] = useState(() => columnsOf(search));
  if (seen !== inAddress) {
    setSeen(inAddress);
    setChosen(columnsOf(search));
  }
  const columns = chosen.length > 0 ? chosen : usualColumns(models);
  const put = (wishes: readonly ColumnWish[]) => {
    setChosen(wishes);
    setSeen(JSON.stringify(columnsOf(searchOf(wishes))));
    void navigate({ to: '.', search: (before) => ({ ...before, ...searchOf(wishes) }), replace: true });
  };
  return {
    columns,
    change: (index: number, wish: ColumnWish) => put(columns.map((old, at) => (at === index ? wish : old))),
    remove: (index: number) => put(columns.filter((_, at) => at !== index)),
    /** Undefined where there is no room for another one, or no model. */
    add: addable(columns, models, put),
  };
}

function addable(
  columns: readonly ColumnWish[],
  models: readonly TranscribingModel[],
  put: (wishes: readonly ColumnWish[]) => void,
): (() => void) | undefined {
  const next = models.find(({ id }) => columns.every(({ model }) => model !== id)) ?? models[0];
  if (!next || columns.length >= MAX_COLUMNS) return undefined;
  return () => put([...columns, usualWish(next)]);
}
