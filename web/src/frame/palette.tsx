import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { useSession } from '../api/session';
import { MENU_PAGES } from './pages';

const REQUEST_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Paste a request id, or type a page's name or words that were said: Enter goes there. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const { permissions } = useSession();
  const navigate = useNavigate();
  const asked = text.trim();
  const mayReadLogs = permissions.includes('logs.read');
  const go = (lead: () => Promise<void>) => {
    onClose();
    void lead();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 overflow-hidden rounded-lg bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command label="Search" loop>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A request id, a model, a page, or words that were said"
              className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-faint"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1">
              <Command.Empty className="px-3 py-4 text-muted">Nothing is called that.</Command.Empty>
              {mayReadLogs && REQUEST_ID.test(asked) && (
                <Item
                  value={asked}
                  onSelect={() => go(() => navigate({ to: '/logs/$id', params: { id: asked.toLowerCase() } }))}
                >
                  Request <span className="mono">{asked}</span>
                </Item>
              )}
              {MENU_PAGES.filter(({ permission }) => !permission || permissions.includes(permission)).map((page) => (
                <Item key={page.path} value={page.title} onSelect={() => go(() => navigate({ to: page.path }))}>
                  <page.icon size={16} aria-hidden /> {page.title}
                </Item>
              ))}
              {mayReadLogs && asked.length > 1 && !REQUEST_ID.test(asked) && (
                <>
                  <Item
                    value={`${asked} logs of model`}
                    onSelect={() => go(() => navigate({ to: '/logs', search: { model: asked } }))}
                  >
                    Logs of the model “{asked}”
                  </Item>
                  <Item
                    value={`${asked} logs said`}
                    onSelect={() => go(() => navigate({ to: '/logs', search: { search: asked } }))}
                  >
                    Logs in which “{asked}” was said
                  </Item>
                </>
              )}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({ value, onSelect, children }: { value: string; onSelect: () => void; children: React.ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-9 cursor-pointer items-center gap-2 truncate rounded-sm px-3 data-[selected=true]:bg-sunken"
    >
      {children}
    </Command.Item>
  );
}
