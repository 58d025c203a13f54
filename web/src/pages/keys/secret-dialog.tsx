import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { CodeBlock } from '../../components/code-block';
import { CopyButton } from '../../components/copy-button';
import { Dialog } from '../../components/dialog';
import { Notice } from '../../components/notice';
import { Tabs } from '../../components/tabs';
import { useModelNames } from '../../components/access/model-names';
import { allowsModel } from '../../format/model-patterns';
import { snippets } from './snippets';

/** Shows a secret, this once, with what to paste. */
export function SecretDialog({
  made,
  title,
  onClose,
}: {
  made: Schemas['CreatedKey'];
  title: string;
  onClose: () => void;
}) {
  const [language, setLanguage] = useState<string>('curl');
  const { names } = useModelNames();
  const named = made.models?.find((pattern) => !pattern.includes('*'));
  const model = named ?? names.find((name) => allowsModel(made.models, name)) ?? 'whisper-1';
  return (
    <Dialog
      title={title}
      onClose={onClose}
      staysOpen
      description="Copy the secret now. It is stored only as a hash and is not shown again."
    >
      <div className="flex flex-col gap-4">
        <div className="flex items-start gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <output aria-label="Secret" className="mono min-w-0 flex-1 py-1 break-all">
            {made.key}
          </output>
          <CopyButton text={made.key} label="Copy secret" look="primary" />
        </div>
        {made.warnings.map((warning) => (
          <Notice key={warning} tone="warn">
            {warning}
          </Notice>
        ))}
        <Tabs
          label="Snippets"
          value={language}
          onChange={setLanguage}
          tabs={snippets(location.origin, made.key, model).map(({ name, text }) => ({
            value: name,
            label: name,
            content: <CodeBlock label={name} text={text} />,
          }))}
        />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
