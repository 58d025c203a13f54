import { ProviderError } from '../domain/errors.js';
import type { SpeechEvent } from '../domain/speech.js';
import type { Cost } from '../pricing/cost.js';
import type { Call, Executed, Told, Usable } from '../routing/execution.js';
import type { AudioMeter } from './audio-meter/audio-meter.js';
import { meterFor } from './audio-meter/meter-for.js';
import type { SpeechCandidate } from './candidates/speech-candidate.js';
import { convert } from './conversion/convert.js';
import type { Ffmpeg } from '../ffmpeg/ffmpeg.js';

/** Who speaks, from the first piece on. */
export type ExecutedSpeech = Executed<SpeechCandidate, Usable, SpeechEvent>;

/** The calls of one request: what they say, and how many seconds that are. */
export class SpeechRun {
  /** Of the latest call of each candidate. */
  private readonly meters = new Map<SpeechCandidate, AudioMeter>();

  /** @param costOf what a call costs that has spoken for so long */
  constructor(
    private readonly ffmpeg: Ffmpeg,
    private readonly costOf: (candidate: SpeechCandidate, told: Told, seconds: number | undefined) => Cost,
  ) {}

  /** Calls the candidate's provider, once. */
  call(candidate: SpeechCandidate, signal: AbortSignal): Call<Usable, SpeechEvent> {
    const { deployment, request, plan, speaking } = candidate;
    const events = speaking.speak({
      request,
      upstreamModel: deployment.upstreamModel,
      upstreamFormat: plan.upstreamFormat,
      apiBase: deployment.apiBase,
      apiKey: deployment.apiKey,
      settings: deployment.settings,
      signal,
    });
    const meter = meterFor(request.responseFormat);
    this.meters.set(candidate, meter);
    const facts = { plan, format: request.responseFormat, signal };
    return { events: measured(convert(events, this.ffmpeg, facts), meter) };
  }

  /** What the candidate's latest call costs. */
  cost(candidate: SpeechCandidate, told: Told): Cost {
    return this.costOf(candidate, told, this.secondsBy(candidate));
  }

  /** The seconds of audio in the candidate's latest call; undefined where the audio does not tell. */
  secondsBy(candidate: SpeechCandidate): number | undefined {
    return this.meters.get(candidate)?.seconds;
  }
}

/**
 * The events, whose audio is measured.
 * @throws ProviderError as the events do, with a bill once something has been said; `bad_response` where nothing is
 */
async function* measured(
  events: AsyncIterable<SpeechEvent>,
  meter: AudioMeter,
): AsyncGenerator<SpeechEvent, void, undefined> {
  let isSilent = true;
  try {
    for await (const event of events) {
      if (event.type === 'audio') {
        meter.add(event.audio);
        isSilent = false;
      } else if (isSilent) {
        throw new ProviderError('bad_response', 'the answer has no audio in it', { bill: event });
      }
      yield event;
    }
  } catch (error) {
    throw !isSilent && error instanceof ProviderError && !error.bill ? withBill(error) : error;
  }
}

/** What has been said will be billed, whatever has kept the rest from being said. */
function withBill(error: ProviderError): ProviderError {
  const { reason, message, upstreamStatus, retryAfterMs, upstreamRequestId, param, code, isFinal } = error;
  const facts = { upstreamStatus, retryAfterMs, upstreamRequestId, param, code, isFinal };
  return new ProviderError(reason, message, { ...facts, bill: { isPartial: true }, cause: error });
}
