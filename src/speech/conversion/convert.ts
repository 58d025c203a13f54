import type { Bill } from '../../domain/bill.js';
import { ProviderError } from '../../domain/errors.js';
import type { SpeechPlan } from '../../domain/speech-plan.js';
import type { SpeechEnd, SpeechEvent, SpeechFormat } from '../../domain/speech.js';
import type { Ffmpeg } from '../../ffmpeg/ffmpeg.js';
import { addWavHeader, samplesOfWav } from './wav-samples.js';

/** How audio is to be made of what a provider gives. */
export interface ConversionFacts {
  readonly plan: SpeechPlan;
  /** What the client has asked for. */
  readonly format: SpeechFormat;
  readonly signal: AbortSignal;
}

/**
 * What a provider says, in the format that the client has asked for. The end comes as the provider has told it.
 * @throws ProviderError as the provider's events do, and `bad_response` for audio that the format cannot be made of
 */
export async function* convert(
  events: AsyncIterable<SpeechEvent>,
  ffmpeg: Ffmpeg,
  facts: ConversionFacts,
): AsyncGenerator<SpeechEvent> {
  if (facts.plan.conversion === 'none') {
    yield* events;
    return;
  }
  let bill: Bill = {};
  let end: SpeechEnd | undefined;
  async function* audio(): AsyncGenerator<Buffer> {
    for await (const event of events) {
      if (event.type === 'done') {
        end = event;
        return;
      }
      const { type: _, audio: piece, ...told } = event;
      bill = told;
      yield piece;
    }
  }
  for await (const piece of converted(audio(), ffmpeg, facts)) {
    if (piece.length > 0) yield { type: 'audio', audio: piece, ...bill };
  }
  if (!end) throw new ProviderError('bad_response', 'the provider stopped before the end of its speech');
  yield end;
}

function converted(
  audio: AsyncIterable<Buffer>,
  ffmpeg: Ffmpeg,
  { plan: { conversion, upstreamFormat: from }, format, signal }: ConversionFacts,
): AsyncIterable<Buffer> {
  switch (conversion) {
    case 'none':
      return audio;
    case 'add_header':
      return addWavHeader(audio);
    case 'strip_header':
      return samplesOfWav(
        audio,
        ffmpeg.canMake('pcm') ? (wav) => ffmpeg.transcode(wav, { from: 'wav', to: 'pcm', signal }) : undefined,
      );
    case 'transcode':
      return format === 'wav'
        ? addWavHeader(ffmpeg.transcode(audio, { from, to: 'pcm', signal }))
        : ffmpeg.transcode(audio, { from, to: format, signal });
  }
}
