import { useLocation, useRouter } from '@tanstack/react-router';
import { Bookmark, Trash2 } from 'lucide-react';
import * as z from 'zod/mini';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { keptStore } from '../../components/kept-store';
import { Popup, PopupItem } from '../../components/popup';

const viewsSchema = z.array(z.object({ name: z.string(), search: z.string() }));

/** The views that this browser keeps: names with what an address has after its `?`. */
const savedViews = keptStore<z.infer<typeof viewsSchema>>('auricle.logs.views', viewsSchema, []);

/** Saved views of the list: what is shown now can be given a name, and be shown again. */
export function ViewsPopup() {
  return (
    <Popup
      label="Saved views"
      button={{
        look: 'quiet',
        size: 'icon',
        'aria-label': 'Saved views',
        title: 'Saved views',
        children: <Bookmark size={16} aria-hidden />,
      }}
    >
      {(close) => <Views onDone={close} />}
    </Popup>
  );
}

function Views({ onDone }: { onDone: () => void }) {
  const views = savedViews.use();
  const router = useRouter();
  const here = useLocation({ select: ({ searchStr }) => searchStr });
  return (
    <>
      {views.length > 0 && (
        <ul className="mb-1.5 flex max-h-72 flex-col overflow-y-auto border-b border-line pb-1.5">
          {views.map(({ name, search }) => (
            <li key={name} className="flex items-center gap-1">
              <PopupItem
                className="min-w-0 flex-1"
                onClick={() => {
                  router.history.push(`/ui/logs${search}`);
                  onDone();
                }}
              >
                <bdi className="truncate">{name}</bdi>
              </PopupItem>
              <Button
                look="quiet"
                size="icon"
                aria-label={`Remove the view ${name}`}
                onClick={() => savedViews.set(views.filter((view) => view.name !== name))}
              >
                <Trash2 size={14} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        className="flex items-end gap-2 p-1"
        onSubmit={(event) => {
          event.preventDefault();
          const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
          savedViews.set([...views.filter((view) => view.name !== name), { name, search: here }]);
          onDone();
        }}
      >
        <TextField
          className="min-w-0 flex-1"
          name="name"
          label="Save this view as"
          required
          maxLength={80}
          pattern=".*\S.*"
          autoComplete="off"
        />
        <Button look="primary" type="submit">
          Save
        </Button>
      </form>
      <p className="px-1 pb-1 text-xs text-muted">Kept in this browser. To share a view, share the address.</p>
    </>
  );
}
