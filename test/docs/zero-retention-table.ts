import type { ZeroRetention } from '../../src/domain/zero-retention.js';
import { modes, type Mode } from '../../src/domain/task.js';
import { allProviders } from '../support/all-providers.js';
import { code, table } from './markdown.js';

const PURPOSES: Readonly<Record<Mode, string>> = {
  audio_transcription: 'Recordings',
  audio_speech: 'Speech',
  chat: 'Chats',
};

/** The table of docs/governance.md: what is known of what each provider keeps. */
export function zeroRetentionTable(): string {
  const rows = allProviders.all().map(({ provider, zeroRetention = {} }) => {
    const facts = modes.map((mode) => zeroRetention[mode]);
    const sources = new Set(facts.flatMap((it) => (it ? [it.source] : [])));
    return [code(provider), ...facts.map(wordOf), [...sources].join(', ') || 'none was found'];
  });
  return table(['Provider', ...modes.map((mode) => PURPOSES[mode]), 'Source'], rows);
}

function wordOf(known: ZeroRetention | undefined): string {
  switch (known?.kind) {
    case 'never_stored':
      return 'keeps nothing';
    case 'by_contract':
      return 'declare it';
    case 'on_request':
      return Object.entries(known.settings)
        .map(([name, value]) => code(`${name}: ${value}`))
        .join(', ');
    default:
      return 'not known';
  }
}
