import { allProviders, listPriceOf, priceBook } from '../../test/support/all-providers.js';
import { plainRequest } from '../../test/support/adapter-contract.js';
import { chatPrice, priceEntrySchema, type PriceEntry, perMinute } from '../domain/price.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { computeCost } from './cost.js';
import { oldPrices } from './old-prices.js';
import { PriceBook } from './price-book.js';

describe('PriceBook', () => {
  it.each([
    ['openai', 'whisper-1', '0.006'],
    ['openai', 'gpt-transcribe-2026-08-26', '0.0045'],
    ['deepgram', 'nova-2', '0.0043'],
    ['deepgram', 'nova-2-meeting', '0.0043'],
    ['deepgram', 'nova-3-medical', '0.0052'],
    ['deepgram', 'whisper-large', '0.006'],
    ['mistral', 'voxtral-mini-transcribe-2507', '0.002'],
    ['mistral', 'voxtral-small-transcribe-3-0', '0.004'],
    ['mistral', 'voxtral-mini-transcribe-realtime-3-0', '0.008'],
    ['mistral', 'voxtral-mini-transcribe-realtime-2602', '0.006'],
    ['sandbox', 'sandbox-flaky', '0'],
  ])('%s/%s', (provider, model, usd) => {
    expect(listPriceOf(provider, model)).toMatchObject({ type: 'duration', usd });
  });

  it("prefers the deployment's own price", () => {
    const price = { type: 'duration', usd: '1', per: 'hour' } as const;
    const deployment = { provider: 'openai', upstreamModel: 'whisper-1', settings: {}, price };
    expect(priceBook.priceOf(deployment)).toBe(price);
  });

  it('asks the provider what a name of the customer stands for', () => {
    expect(listPriceOf('azure', 'hearing')).toBeUndefined();
    expect(listPriceOf('azure', 'our-whisper')).toMatchObject({ usd: '0.006' });
    const deployment = { provider: 'azure', upstreamModel: 'hearing', settings: { base_model: 'whisper' } };
    expect(priceBook.priceOf(deployment)).toMatchObject({ usd: '0.006' });
  });

  it.each([
    ['deepgram', 'aura-asteria-en', '15'],
    ['deepgram', 'aura-2-thalia-en', '30'],
    ['groq', 'playai-tts', '50'],
  ])('knows the voices of %s/%s', (provider, model, usd) => {
    expect(listPriceOf(provider, model)).toMatchObject({ type: 'characters', usd });
  });

  it('knows what Voxtral costs in writing, and not what a recording costs there', () => {
    expect(listPriceOf('mistral', 'voxtral-small-latest')).toEqual(chatPrice('0.10', '0.40', '0.01'));
  });

  it('tells a snapshot of one family from another', () => {
    expect(listPriceOf('openai', 'gpt-4o-transcribe-2025-03-20')).toMatchObject({ output_usd: '10.00' });
    expect(listPriceOf('openai', 'gpt-4o-mini-transcribe-2025-12-15')).toMatchObject({ output_usd: '5.00' });
  });

  it.each([
    ['openai', 'whisper-2'],
    ['openai', 'whisper-1-large'],
    ['openai', 'gpt-4o-transcribe-x'],
    ['openai', ''],
    ['deepgram', 'nova-4'],
    ['mistral', 'voxtral-small-2610'],
    ['groq', 'whisper-1'],
    ['groq', 'playai-tts-arabic'],
    ['openai-compatible', 'whisper-1'],
    ['', 'whisper-1'],
  ])('does not guess the price of %s/%s', (provider, model) => {
    expect(listPriceOf(provider, model)).toBeUndefined();
  });
});

describe('the price lists', () => {
  const entries = allProviders.all().flatMap(({ provider, prices }) => prices.map((entry) => ({ provider, entry })));

  it.each(allProviders.all().map((adapter) => [adapter.provider, adapter] as const))(
    'of %s names every model once that has no last day',
    (_, { prices }) => {
      const names = prices.filter(({ until }) => until === undefined).flatMap(({ models }) => models);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    },
  );

  it.each(entries.map(({ provider, entry }) => [`${provider}/${entry.models[0]}`, entry] as const))(
    'have a valid, sourced and dated price for %s',
    (_, entry) => {
      expect(priceEntrySchema.safeParse(entry).error).toBeUndefined();
    },
  );
});

describe('surcharges', () => {
  const options = (fields: Record<string, string | string[]>) => ({
    providerOptions: new Map(Object.entries(fields).map(([name, values]) => [name, [values].flat()])),
  });
  const keywords = (count: number) => ({ keywords: Array.from({ length: count }, (_, index) => `term ${index}`) });

  it.each<[string, string, Record<string, unknown>, Partial<TranscriptionRequest>, string[]]>([
    ['deepgram', 'nova-3', { mip_opt_out: false }, {}, []],
    ['deepgram', 'nova-3', { mip_opt_out: true }, {}, ['training_opt_out']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, { responseFormat: 'diarized_json' }, ['diarization']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ diarize_model: 'latest' }), ['diarization']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ diarize: 'false' }), []],
    ['deepgram', 'nova-3', { mip_opt_out: false }, keywords(1), ['keyterms']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ keyterm: 'Auricle' }), ['keyterms']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, { language: 'multi' }, ['multilingual']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, { language: 'en' }, []],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ redact: ['pci', 'pii'] }), ['redaction']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ detect_entities: 'true' }), ['entities']],
    ['deepgram', 'nova-3', { mip_opt_out: false }, options({ topics: 'true', summarize: 'v2' }), ['intelligence']],
    // It knows no keyterms: the keywords of its generation cost nothing.
    ['deepgram', 'nova-2', { mip_opt_out: false }, keywords(1), []],
    ['elevenlabs', 'scribe_v2', { enable_logging: true }, {}, []],
    ['elevenlabs', 'scribe_v2', { enable_logging: true }, { responseFormat: 'diarized_json' }, []],
    ['elevenlabs', 'scribe_v2', { enable_logging: true }, keywords(100), ['keyterms']],
    ['elevenlabs', 'scribe_v2', { enable_logging: true }, options({ detect_speaker_roles: 'true' }), ['speaker_roles']],
    ['elevenlabs', 'scribe_v2', { enable_logging: true }, options({ entity_detection: 'all' }), ['entities']],
    ['assemblyai', 'universal-2', {}, {}, []],
    ['assemblyai', 'universal-2', {}, { responseFormat: 'diarized_json' }, ['diarization']],
    ['assemblyai', 'universal-2', {}, options({ speaker_labels: 'true' }), ['diarization']],
    ['assemblyai', 'universal-2', {}, options({ redact_pii: 'true' }), ['understanding']],
    // What is refused before it is sent costs nothing.
    ['deepgram', 'nova-3', { mip_opt_out: true }, options({ colour: 'red' }), []],
    ['openai', 'whisper-1', {}, { prompt: 'Auricle' }, []],
  ])('of %s/%s with %j', (provider, upstreamModel, settings, request, names) => {
    const charges = priceBook.chargesFor({ provider, upstreamModel, settings }, plainRequest(request));
    expect(charges.surcharges.map(({ name }) => name)).toEqual(names);
  });

  /** By hand, each with what it is for an hour of the model's price, or for one second. */
  it.each<[string, string, number, Partial<TranscriptionRequest>, string, bigint]>([
    // 0.002 x 60
    ['deepgram', 'nova-3', 3600, options({ diarize: 'true' }), 'diarization', 120_000_000n],
    // 0.0013 x 60
    ['deepgram', 'nova-3', 3600, keywords(1), 'keyterms', 78_000_000n],
    ['deepgram', 'nova-3', 3600, options({ redact: 'pii' }), 'redaction', 120_000_000n],
    // 0.0017 x 60
    ['deepgram', 'nova-3', 3600, options({ detect_entities: 'true' }), 'entities', 102_000_000n],
    // (0.0052 - 0.0043) x 60
    ['deepgram', 'nova-3', 3600, { language: 'multi' }, 'multilingual', 54_000_000n],
    // half of 0.0043 x 60
    ['deepgram', 'nova-3', 3600, {}, 'training_opt_out', 129_000_000n],
    // 20 %, 10 % and 30 % of 0.22
    ['elevenlabs', 'scribe_v2', 3600, keywords(1), 'keyterms', 44_000_000n],
    ['elevenlabs', 'scribe_v2', 3600, options({ detect_speaker_roles: 'true' }), 'speaker_roles', 22_000_000n],
    ['elevenlabs', 'scribe_v2', 3600, options({ transcript_edit: 'true' }), 'transcript_edit', 66_000_000n],
    // 30 % of 0.22 / 3600 x 10
    ['elevenlabs', 'scribe_v2', 1, options({ transcript_edit: 'true' }), 'transcript_edit', 183_333n],
    // 20 % of 0.22 / 3600 x 20
    ['elevenlabs', 'scribe_v2', 1, keywords(101), 'keyterms', 244_444n],
    ['assemblyai', 'universal-2', 3600, options({ speaker_labels: 'true' }), 'diarization', 20_000_000n],
  ])('of %s/%s for %d seconds with %j: %s is %d', (provider, upstreamModel, seconds, request, name, costNanoUsd) => {
    const settings = { mip_opt_out: true, enable_logging: true };
    const charges = priceBook.chargesFor({ provider, upstreamModel, settings }, plainRequest(request));
    const { items } = computeCost({
      ...charges,
      usage: { type: 'duration', seconds },
      measuredSeconds: seconds,
      provider,
      upstreamModel,
    });
    expect(items).toContainEqual(expect.objectContaining({ name, costNanoUsd }));
  });

  it('of more than a hundred key terms have a minimum', () => {
    const scribe = { provider: 'elevenlabs', upstreamModel: 'scribe_v2', settings: { enable_logging: true } };
    const { surcharges } = priceBook.chargesFor(scribe, plainRequest(keywords(101)));
    expect(surcharges).toMatchObject([{ name: 'keyterms', request_minimum_seconds: 20 }]);
  });

  it('are not added to a price of the deployment', () => {
    const price = perMinute('0.003');
    const nova = { provider: 'deepgram', upstreamModel: 'nova-3', settings: { mip_opt_out: true }, price };
    expect(priceBook.chargesFor(nova, plainRequest())).toEqual({
      price,
      origin: { by: 'deployment', source: null, as_of: null },
      surcharges: [],
    });
  });
});

describe("the operator's price list", () => {
  const entry = (models: string[], usd: string, over: Partial<PriceEntry> = {}): PriceEntry => {
    return { models, price: perMinute(usd), source: 'contract', as_of: '2026-10-01', ...over };
  };
  const today = (day: string) => () => new Date(`${day}T12:00:00Z`);
  const bookOf = (own: PriceEntry[], day = '2026-11-26') =>
    new PriceBook(allProviders, new Map([['deepgram', own]]), today(day));
  const usdOf = (book: PriceBook, upstreamModel: string) => {
    const price = book.priceOf({ provider: 'deepgram', upstreamModel, settings: {} });
    return price?.type === 'duration' ? price.usd : undefined;
  };

  it('overrides by model and by family', () => {
    const book = bookOf([entry(['nova-3'], '0.001'), entry(['nova-2*'], '0.002'), entry(['nova-2-med*'], '0.003')]);
    expect(usdOf(book, 'nova-3')).toBe('0.001');
    expect(usdOf(book, 'nova-3-general')).toBe('0.0043');
    expect(usdOf(book, 'nova-2')).toBe('0.002');
    expect(usdOf(book, 'nova-2-meeting')).toBe('0.002');
    expect(usdOf(book, 'nova-2-medical')).toBe('0.003');
    expect(usdOf(book, 'our-own')).toBeUndefined();
    const price = perMinute('1');
    expect(book.priceOf({ provider: 'deepgram', upstreamModel: 'nova-3', settings: {}, price })).toBe(price);
  });

  it('has its own surcharges, or none', () => {
    const surcharges = [{ name: 'speakers', options: ['diarize'], add: { type: 'percent' as const, percent: 1 } }];
    const book = bookOf([entry(['nova-3'], '0.001', { surcharges }), entry(['nova-2'], '0.001')]);
    const request = plainRequest({ responseFormat: 'diarized_json' });
    const chargesOf = (upstreamModel: string) =>
      book.chargesFor({ provider: 'deepgram', upstreamModel, settings: { mip_opt_out: true } }, request);
    expect(chargesOf('nova-3').surcharges).toEqual(surcharges);
    expect(chargesOf('nova-2').surcharges).toEqual([]);
  });

  it('gives way to the next price after its last day', () => {
    const own = [entry(['nova-3'], '0.001', { until: '2026-12-31' })];
    expect(usdOf(bookOf(own, '2026-12-31'), 'nova-3')).toBe('0.001');
    expect(usdOf(bookOf(own, '2027-01-01'), 'nova-3')).toBe('0.0043');
    const successor = entry(['nova-3'], '0.002');
    expect(usdOf(bookOf([...own, successor], '2026-12-31'), 'nova-3')).toBe('0.001');
    expect(usdOf(bookOf([...own, successor], '2027-01-01'), 'nova-3')).toBe('0.002');
  });

  it('keeps a price that has ended and has no successor, and says so', () => {
    const flash = { provider: 'gemini', upstreamModel: 'gemini-3.8-flash', settings: {} };
    const chargesOn = (day: string) =>
      new PriceBook(allProviders, new Map(), today(day)).chargesFor(flash, plainRequest());
    expect(chargesOn('2026-12-31')).not.toHaveProperty('expiredOn');
    expect(chargesOn('2027-01-01')).toMatchObject({ price: { output_usd: '3.75' }, expiredOn: '2026-12-31' });
  });

  it('is shown with what it leaves of the other', () => {
    const inForce = bookOf([entry(['nova-3', 'nova-2-*'], '0.001')]).inForce();
    const rows = inForce.filter(({ provider }) => provider === 'deepgram');
    expect(rows.map(({ list, entry: { models } }) => [list, models]).slice(0, 3)).toEqual([
      ['operator', ['nova-3', 'nova-2-*']],
      ['built_in', ['nova-3-general']],
      ['built_in', ['nova-2', 'nova', 'nova-general', 'nova-phonecall', 'nova-medical']],
    ]);
  });

  it('says whose it is, and where it was read when', () => {
    const own = bookOf([entry(['nova-3'], '0.001')]);
    const originOf = (upstreamModel: string) =>
      own.chargesFor({ provider: 'deepgram', upstreamModel, settings: {} }, plainRequest()).origin;
    expect(originOf('nova-3')).toMatchObject({ by: 'operator', source: expect.any(String), as_of: expect.any(String) });
    expect(originOf('nova-2')).toMatchObject({ by: 'built_in', source: expect.any(String) });
    expect(originOf('unheard-of')).toBeUndefined();
  });

  it('covers nothing any more once it has ended', () => {
    const inForce = bookOf([entry(['nova-3'], '0.001', { until: '2026-01-01' })]).inForce();
    expect(inForce.filter(({ entry: { models } }) => models.includes('nova-3'))).toMatchObject([
      { list: 'operator' },
      { list: 'built_in' },
    ]);
  });

  it.each([
    ['2026-11-26', '2025-11-26', false],
    ['2026-11-27', '2025-11-26', true],
    ['2026-11-30', '2025-11', false],
    ['2026-12-01', '2025-11', true],
    ['2028-02-29', '2027-03-01', false],
  ])('on %s a price of %s is old: %p', (day, as_of, isOld) => {
    const prices = [{ provider: 'p', list: 'operator' as const, entry: entry(['m'], '1', { as_of }) }];
    expect(oldPrices(prices, today(day)()).length > 0).toBe(isOld);
  });
});
