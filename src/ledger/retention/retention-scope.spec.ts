import { LAXEST } from '../../domain/privacy.js';
import { retentionScopes } from './retention-scope.js';

it('is whatever says for how many days, and never what is not understood', () => {
  const team = { kind: 'team', id: 't' } as const;
  expect(
    retentionScopes([
      { owner: { kind: 'gateway' }, privacy: { ...LAXEST, log_retention_days: 90 } },
      { owner: team, privacy: { ...LAXEST, transcript_retention_days: 7 } },
      { owner: { kind: 'key', id: 'a' }, privacy: { ...LAXEST, zero_retention: true } },
      { owner: { kind: 'key', id: 'b' }, privacy: { log_retention_days: 1, of_the_future: true } },
    ]),
  ).toEqual({
    scopes: [
      { owner: { kind: 'gateway' }, logDays: 90, transcriptDays: null },
      { owner: team, logDays: null, transcriptDays: 7 },
    ],
    unknown: [{ kind: 'key', id: 'b' }],
  });
});
