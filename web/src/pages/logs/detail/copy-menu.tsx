import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../api/client';
import { Button } from '../../../components/button';
import { Menu, MenuItem, MenuLabel } from '../../../components/menu';
import { copyAs, LANGUAGES, type Language } from './copy-as';

/** Copies the request as a program, without the key and the file. */
export function CopyMenu({ log }: { log: Schemas['Log'] }) {
  const [copied, setCopied] = useState<string>();
  const copy = (language: Language) =>
    void navigator.clipboard.writeText(copyAs(language, log, location.origin)).then(
      () => setCopied(`Copied as ${LANGUAGES[language]}`),
      () => setCopied('The browser does not let it copy'),
    );
  return (
    <>
      <span role="status" className="text-sm whitespace-nowrap text-muted max-sm:sr-only">
        {copied}
      </span>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label="Copy as" title="Copy as curl, Python or Node">
            {copied?.startsWith('Copied') ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          </Button>
        }
      >
        <MenuLabel>Copy the request as</MenuLabel>
        {(['curl', 'python', 'node'] as const).map((language) => (
          <MenuItem key={language} onSelect={() => copy(language)}>
            {LANGUAGES[language]}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
