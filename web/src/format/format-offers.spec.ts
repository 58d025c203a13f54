import { formatOffers } from './format-offers';

it('tells what is native, made and refused', () => {
  const whisper = { formats: ['json', 'srt'], granularities: ['segment'], diarization: false };
  const offers = formatOffers(whisper as Parameters<typeof formatOffers>[0]);
  expect(Object.fromEntries(offers.map(({ format, how }) => [format, how]))).toEqual({
    json: 'native',
    text: 'made',
    srt: 'native',
    vtt: 'made',
    verbose_json: 'made',
    diarized_json: 'refused',
  });
  const untimed = { ...whisper, granularities: [] } as unknown as Parameters<typeof formatOffers>[0];
  expect(formatOffers(untimed).filter(({ how }) => how === 'refused')).toHaveLength(4);
});
