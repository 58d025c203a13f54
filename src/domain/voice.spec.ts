import { resolveVoice, voicesToName } from './voice.js';

const own = { names: ['Kore', 'Puck'], mapped: { alloy: 'Kore', nova: 'Puck' }, others: false };
const asked = (voice: string, isVoiceId = false) => ({ voice, isVoiceId });

describe('resolveVoice', () => {
  it('takes the operator’s table before all else', () => {
    expect(resolveVoice(own, { alloy: 'Puck', Kore: 'Puck' }, asked('alloy'))).toEqual(asked('Puck'));
    expect(resolveVoice(own, { alloy: 'Puck', Kore: 'Puck' }, asked('Kore'))).toEqual(asked('Puck'));
  });

  it('takes a voice of the provider’s own, then what its table says, whatever the capitals', () => {
    expect(resolveVoice(own, {}, asked('Kore'))).toEqual(asked('Kore'));
    expect(resolveVoice(own, {}, asked('KORE'))).toEqual(asked('Kore'));
    expect(resolveVoice(own, {}, asked('Nova'))).toEqual(asked('Puck'));
    expect(resolveVoice(own, { ALLOY: 'Puck' }, asked('alloy'))).toEqual(asked('Puck'));
  });

  it('knows no other voice, unless the provider may have it', () => {
    expect(resolveVoice(own, {}, asked('daniel'))).toBeUndefined();
    expect(resolveVoice({ ...own, others: true }, {}, asked('daniel'))).toEqual(asked('daniel'));
    expect(resolveVoice(own, {}, asked('voice_1', true))).toBeUndefined();
    expect(resolveVoice({ ...own, ids: true }, {}, asked('voice_1', true))).toEqual(asked('voice_1', true));
    expect(resolveVoice({ ...own, ids: true }, {}, asked('voice_1'))).toBeUndefined();
  });

  it('takes no property that every object has for a voice', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(resolveVoice(own, {}, asked(name))).toBeUndefined();
    }
  });
});

describe('voicesToName', () => {
  it('lists each name once, the operator’s first', () => {
    expect(voicesToName(own, { brand: 'Puck', alloy: 'Puck' })).toEqual(['brand', 'alloy', 'nova', 'Kore', 'Puck']);
  });
});
