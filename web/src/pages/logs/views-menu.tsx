import { useLocation, useRouter } from '@tanstack/react-router';
import { Bookmark, Trash2 } from 'lucide-react';
import { useState } from 'react';
import * as z from 'zod/mini';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { TextField } from '../../components/field';
import { keptStore } from '../../components/kept-store';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../components/menu';

const viewsSchema = z.array(z.object({ name: z.string(), search: z.string() }));

/** The views that this browser keeps: names with what an address has after its `?`. */
const savedViews = keptStore<z.infer<typeof viewsSchema>>('auricle.logs.views', viewsSchema, []);

/** Saved views of the list: what is shown now can be given a name, and be shown again. */
export function ViewsMenu() {
  const views = savedViews.use();
  const router = useRouter();
  const here = useLocation({ select: ({ searchStr }) => searchStr });
  const [asked, setAsked] = useState<'name' | 'list'>();
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label="Saved views" title="Saved views">
            <Bookmark size={16} aria-hidden />
          </Button>
        }
      >
        {views.length === 0 && <MenuLabel>No view is saved in this browser.</MenuLabel>}
        {views.map(({ name, search }) => (
          <MenuItem key={name} onSelect={() => router.history.push(`/ui/logs${search}`)}>
            <span className="max-w-64 truncate">{name}</span>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setAsked('name')}>Save this view…</MenuItem>
        {views.length > 0 && <MenuItem onSelect={() => setAsked('list')}>Remove views…</MenuItem>}
      </Menu>
      {asked === 'name' && (
        <Dialog
          title="Save this view"
          description="The filters and the period, kept in this browser. To share them, share the address."
          onClose={() => setAsked(undefined)}
        >
          <form
            className="flex flex-col gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
              savedViews.set([...views.filter((view) => view.name !== name), { name, search: here }]);
              setAsked(undefined);
            }}
          >
            <TextField name="name" label="Name" required maxLength={80} pattern=".*\S.*" autoComplete="off" />
            <div className="flex justify-end">
              <Button look="primary" type="submit">
                Save
              </Button>
            </div>
          </form>
        </Dialog>
      )}
      {asked === 'list' && (
        <Dialog title="Saved views" onClose={() => setAsked(undefined)}>
          <ul className="flex flex-col">
            {views.map(({ name }) => (
              <li key={name} className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <Button
                  look="quiet"
                  size="icon"
                  aria-label={`Remove ${name}`}
                  onClick={() => savedViews.set(views.filter((view) => view.name !== name))}
                >
                  <Trash2 size={16} aria-hidden />
                </Button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
