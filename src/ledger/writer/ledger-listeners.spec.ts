import { Logger } from '@nestjs/common';
import { logEntry } from '../../../test/support/log-entries.js';
import { LedgerListeners } from './ledger-listeners.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

it('tells everybody, also after one of them has failed', () => {
  const listeners = new LedgerListeners();
  const heard: string[] = [];
  listeners.add({
    onLog: () => {
      throw new Error('cannot listen');
    },
  });
  listeners.add({ onBatch: ({ rows }) => heard.push(`${rows} rows`) });
  listeners.add({ onLog: ({ model }) => heard.push(`a request for ${model}`) });
  listeners.finished(logEntry({ model: 'whisper' }));
  listeners.wrote({ rows: 2, durationMs: 1 });
  expect(heard).toEqual(['a request for whisper', '2 rows']);
});
