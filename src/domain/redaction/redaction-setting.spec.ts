import { joinRedactions, readStoredRedaction, type RedactionSetting } from './redaction-setting.js';

const own = { name: 'case_number', pattern: 'CASE-\\d+' };
const ofKey: RedactionSetting = { kinds: ['phone'], patterns: [own], in: 'transcript' };

describe('joinRedactions', () => {
  it('is nothing where nobody wants anything', () => {
    expect(joinRedactions([null, null])).toBeNull();
  });

  it('is all that any of them wants, once, as widely as the widest', () => {
    const ofTeam: RedactionSetting = { kinds: ['email', 'phone'], patterns: [own], in: 'answer' };
    const ofGateway: RedactionSetting = { kinds: [], patterns: [{ ...own, pattern: 'C-\\d+' }], in: 'transcript' };
    expect(joinRedactions([ofKey, null, ofTeam, ofGateway])).toEqual({
      kinds: ['email', 'phone'],
      patterns: [own, { ...own, pattern: 'C-\\d+' }],
      in: 'answer',
    });
  });
});

describe('readStoredRedaction', () => {
  it('understands what is stored, and nothing', () => {
    expect(readStoredRedaction(ofKey)).toEqual(ofKey);
    expect(readStoredRedaction(null)).toBeNull();
  });

  it.each([
    [{ ...ofKey, kinds: ['names'] }],
    [{ ...ofKey, in: 'audio' }],
    [{ ...ofKey, words: [] }],
    [{ ...ofKey, patterns: [{ name: 'a', pattern: '(' }] }],
    [{}],
    [[]],
    ['email'],
    [false],
  ])('never takes what it does not understand for nothing: %j', (stored) => {
    expect(readStoredRedaction(stored)).toBe('unknown');
  });
});
