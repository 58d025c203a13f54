import { Download, RefreshCw } from 'lucide-react';
import { Button } from '../../components/button';
import { classNames } from '../../components/class-names';
import { Menu, MenuItem, MenuLabel } from '../../components/menu';
import { formatBytes } from '../../format/amounts';
import { ColumnsMenu } from './columns-menu';
import type { useExport } from './use-export';
import type { LiveTail } from './use-live-tail';
import { ViewsMenu } from './views-menu';

const WORDS: Readonly<Record<LiveTail['state'], string>> = {
  off: 'Live',
  connecting: 'Live, connecting',
  open: 'Live',
  broken: 'Live, connecting again',
  ended: 'Live, ended',
};

/** What can be done with the whole list. */
export function ListActions({
  tail,
  isLive,
  onLive,
  onRefresh,
  saving,
}: {
  tail: LiveTail;
  isLive: boolean;
  onLive: (isLive: boolean) => void;
  onRefresh: () => void;
  saving: ReturnType<typeof useExport>;
}) {
  const isOpen = isLive && tail.state === 'open';
  return (
    <>
      <Button
        size="small"
        role="switch"
        aria-checked={isLive}
        aria-keyshortcuts="."
        title="Show new requests as they come"
        onClick={() => onLive(!isLive)}
      >
        <span
          aria-hidden
          className={classNames('size-2 rounded-full', isOpen ? 'bg-good' : isLive ? 'bg-warn' : 'bg-line-strong/50')}
        />
        {WORDS[isLive ? tail.state : 'off']}
      </Button>
      <Button look="quiet" size="icon" aria-label="Read the list again" title="Read the list again" onClick={onRefresh}>
        <RefreshCw size={16} aria-hidden />
      </Button>
      <ViewsMenu />
      <ColumnsMenu />
      {saving.isSaving ? (
        <Button size="small" onClick={saving.stop}>
          {formatBytes(saving.bytes)} · Stop
        </Button>
      ) : (
        <Menu
          trigger={
            <Button look="quiet" size="icon" aria-label="Export" title="Export">
              <Download size={16} aria-hidden />
            </Button>
          }
        >
          <MenuLabel>All requests of these filters, times in UTC</MenuLabel>
          <MenuItem onSelect={() => saving.save('csv')}>CSV</MenuItem>
          <MenuItem onSelect={() => saving.save('ndjson')}>JSON lines</MenuItem>
        </Menu>
      )}
    </>
  );
}
