import { Columns3 } from 'lucide-react';
import { Checkbox } from '../../components/field';
import { Popup } from '../../components/popup';
import { COLUMNS, columnChoice, columnsOf } from './columns';

/** Chooses the columns of the list; the browser keeps them. */
export function ColumnsPopup() {
  const shown = columnsOf(columnChoice.use()).map(({ key }) => key);
  return (
    <Popup
      label="Columns"
      width={184}
      button={{
        look: 'quiet',
        size: 'icon',
        'aria-label': 'Columns',
        title: 'Columns',
        className: 'max-sm:hidden',
        children: <Columns3 size={16} aria-hidden />,
      }}
    >
      {() =>
        COLUMNS.map(({ key, title }) => (
          <div key={key} className="rounded-sm px-1.5 py-1 hover:bg-sunken">
            <Checkbox
              label={title}
              checked={shown.includes(key)}
              onChange={({ target }) =>
                columnChoice.set(target.checked ? [...shown, key] : shown.filter((other) => other !== key))
              }
            />
          </div>
        ))
      }
    </Popup>
  );
}
