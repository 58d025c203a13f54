import { formatsOf, planSpeech } from './speech-plan.js';
import type { SpeechFormat } from './speech.js';

const nothing = () => false;
const anything = () => true;

describe('planSpeech', () => {
  it.each<[SpeechFormat, SpeechFormat[], object]>([
    ['mp3', ['mp3', 'wav'], { upstreamFormat: 'mp3', conversion: 'none' }],
    ['wav', ['mp3', 'pcm'], { upstreamFormat: 'pcm', conversion: 'add_header' }],
    ['pcm', ['wav'], { upstreamFormat: 'wav', conversion: 'strip_header' }],
  ])('gives %s of %j without ffmpeg', (format, formats, plan) => {
    expect(planSpeech({ formats }, format, nothing)).toEqual(plan);
  });

  it('makes everything else of what loses least, where that can be made', () => {
    expect(planSpeech({ formats: ['mp3', 'pcm'] }, 'opus', anything)).toEqual({
      upstreamFormat: 'pcm',
      conversion: 'transcode',
    });
    expect(planSpeech({ formats: ['mp3'] }, 'wav', anything)).toEqual({
      upstreamFormat: 'mp3',
      conversion: 'transcode',
    });
    expect(planSpeech({ formats: ['mp3', 'pcm'] }, 'opus', nothing)).toBeUndefined();
    expect(planSpeech({ formats: ['mp3', 'pcm'] }, 'opus', (to) => to !== 'opus')).toBeUndefined();
  });
});

describe('formatsOf', () => {
  it('lists what is given and what can be made', () => {
    expect(formatsOf({ formats: ['pcm'] }, nothing)).toEqual(['wav', 'pcm']);
    expect(formatsOf({ formats: ['pcm'] }, (to) => to === 'mp3')).toEqual(['mp3', 'wav', 'pcm']);
  });
});
