import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { durationSecondsOf, providerDataField, usageField } from './answer-facts.js';
import { speakerSegmentsOf, type SpeakerSegment } from './segments.js';

/** One speaker's stretch, as in OpenAI's `diarized_json` and, unchanged, as a stream event. */
export interface SpeakerSegmentBody {
  readonly type: 'transcript.text.segment';
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker: string;
}

/**
 * OpenAI's `diarized_json` body.
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function renderDiarizedJson(result: TranscriptionResult, request: Pick<TranscriptionRequest, 'task'>): string {
  return JSON.stringify({
    task: request.task,
    duration: durationSecondsOf(result),
    text: result.text,
    segments: speakerSegmentsOf(result).map(toSpeakerSegmentBody),
    ...usageField(result, request),
    ...providerDataField(result),
  });
}

/** OpenAI's form of a segment; ids count from `seg_001`. */
export function toSpeakerSegmentBody(segment: SpeakerSegment, index: number): SpeakerSegmentBody {
  return {
    type: 'transcript.text.segment',
    id: `seg_${String(index + 1).padStart(3, '0')}`,
    start: segment.startSeconds,
    end: segment.endSeconds,
    text: segment.text,
    speaker: segment.speaker,
  };
}
