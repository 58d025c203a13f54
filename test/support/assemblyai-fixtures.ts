import { SPOKEN } from './simulator-fixtures.js';

/** The simulated job. */
export const JOB_ID = '9ea68fd3-f953-42c1-9742-976c447fb463';
/** Where an upload lies; nothing is there. */
export const UPLOAD_URL = 'https://cdn.assemblyai.com/upload/7f1c0c5e-0000-4000-8000-0123456789ab';

const SENTENCE_END = 10;
const spokenWords = SPOKEN.split(' ').map((text, index) => ({
  text,
  start: index * 600,
  end: index * 600 + 500,
  confidence: 0.97465,
  // Whoever speaks first need not be `A`.
  speaker: index <= SENTENCE_END ? 'B' : 'A',
}));

function utterance(words: typeof spokenWords): object {
  const [first] = words;
  return {
    confidence: 0.97,
    start: first?.start,
    end: words.at(-1)?.end,
    text: words.map(({ text }) => text).join(' '),
    words,
    speaker: first?.speaker,
  };
}

/** What every answer about a job contains, also before it is done. */
function job(submitted: Readonly<Record<string, unknown>>, id = JOB_ID): object {
  return {
    id,
    speech_model: null,
    speech_models: submitted.speech_models ?? null,
    language_model: 'assemblyai_default',
    acoustic_model: 'assemblyai_default',
    audio_url: submitted.audio_url ?? UPLOAD_URL,
    webhook_auth: false,
    auto_highlights: false,
    redact_pii: false,
    summarization: false,
    language_confidence_threshold: null,
    language_confidence: null,
    speaker_labels: submitted.speaker_labels ?? false,
  };
}

/** A job as it was accepted, or is being worked on. */
export function unfinishedJob(
  status: 'queued' | 'processing',
  submitted: Readonly<Record<string, unknown>>,
  id = JOB_ID,
): object {
  return { ...job(submitted, id), status, text: null, words: null, utterances: null, audio_duration: null };
}

/** A job that is done, with everything that was asked for. */
export function completedJob(submitted: Readonly<Record<string, unknown>>, id = JOB_ID): object {
  const withSpeakers = submitted.speaker_labels === true;
  return {
    ...job(submitted, id),
    status: 'completed',
    text: SPOKEN,
    language_code: submitted.language_code ?? 'en',
    language_confidence: 0.99,
    confidence: 0.97,
    audio_duration: 9,
    words: spokenWords.map((it) => ({ ...it, speaker: withSpeakers ? it.speaker : null })),
    utterances: withSpeakers
      ? [utterance(spokenWords.slice(0, SENTENCE_END + 1)), utterance(spokenWords.slice(SENTENCE_END + 1))]
      : null,
  };
}

/** A job that failed. */
export function failedJob(error: string): object {
  return { ...job({}), status: 'error', error, text: null, words: null, utterances: null, audio_duration: null };
}

/** A job whose data were deleted. */
export function deletedJob(): object {
  const gone = 'deleted by user';
  return { ...job({ audio_url: 'http://deleted_by_user' }), status: 'completed', text: gone, words: null };
}
