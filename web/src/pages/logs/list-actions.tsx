import { Download, RefreshCw } from 'lucide-react';
import { Button } from '../../components/button';
import { classNames } from '../../components/class-names';
import { Popup, PopupItem } from '../../components/popup';
import { formatBytes } from '../../format/amounts';
import { ColumnsPopup } from './columns-popup';
import type { useExport } from './use-export';
import type { LiveTail } from './use-live-tail';
import { ViewsPopup } from './views-popup';

const WORDS: Readonly<Record<LiveTail['state'], string>> = {
  off: 'Live',
  connecting: 'Live, connecting',
  open: 'Live',
  broken: 'Live, connecting again',
  ended: 'Live, ended',
};

const FORMATS = [
  { format: 'csv', title: 'CSV' },
  { format: 'ndjson', title: 'JSON lines' },
] as const;

/** What can be done with the whole list. */
export function ListActions({
  tail,
  isLive,
  isOfAll,
  mayFollow,
  onLive,
  onRefresh,
  saving,
}: {
  tail: LiveTail;
  isLive: boolean;
  /** Whether who is signed in may follow and export the logs. */
  isOfAll: boolean;
  /** Whether new requests can be in the period. */
  mayFollow: boolean;
  onLive: (isLive: boolean) => void;
  onRefresh: () => void;
  saving: ReturnType<typeof useExport>;
}) {
  const isOpen = isLive && tail.state === 'open';
  return (
    <>
      {isOfAll && (
        <Button
          size="small"
          role="switch"
          aria-checked={isLive}
          aria-keyshortcuts="."
          title={mayFollow ? 'Show new requests as they come' : 'The period has ended: choose one that goes on'}
          disabled={!mayFollow}
          onClick={() => onLive(!isLive)}
        >
          <span
            aria-hidden
            className={classNames('size-2 rounded-full', isOpen ? 'bg-good' : isLive ? 'bg-warn' : 'bg-line-strong/50')}
          />
          {WORDS[isLive ? tail.state : 'off']}
        </Button>
      )}
      <Button look="quiet" size="icon" aria-label="Read the list again" title="Read the list again" onClick={onRefresh}>
        <RefreshCw size={16} aria-hidden />
      </Button>
      <ViewsPopup />
      <ColumnsPopup />
      {isOfAll && <Export saving={saving} />}
    </>
  );
}

/** Saves all that the list shows as a file, or stops doing so. */
function Export({ saving }: { saving: ReturnType<typeof useExport> }) {
  if (saving.isSaving) {
    return (
      <Button size="small" onClick={saving.stop}>
        {formatBytes(saving.bytes)} · Stop
      </Button>
    );
  }
  return (
    <Popup
      label="Export"
      width={208}
      button={{
        look: 'quiet',
        size: 'icon',
        'aria-label': 'Export',
        title: 'Export',
        children: <Download size={16} aria-hidden />,
      }}
    >
      {(close) => (
        <>
          <p className="px-2 py-1 text-xs text-muted">All requests of these filters, times in UTC</p>
          {FORMATS.map(({ format, title }) => (
            <PopupItem
              key={format}
              onClick={() => {
                close();
                saving.save(format);
              }}
            >
              {title}
            </PopupItem>
          ))}
        </>
      )}
    </Popup>
  );
}
