/**
 * What OpenAI's models answer, one sentence of speech in every shape, after the examples of its API specification.
 * The contract tests hold them against the specification's schemas.
 */

/** The sentence that the simulated models hear, whatever the audio. */
export const SPOKEN = 'The beach was a popular spot on a hot summer day. People were swimming.';

const tokenUsage = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 2, audio_tokens: 12 },
  output_tokens: 45,
  total_tokens: 59,
};

const durationUsage = { type: 'duration', seconds: 9 };

const whisperSegments = [
  {
    id: 0,
    seek: 0,
    start: 0,
    end: 3.319999933242798,
    text: ' The beach was a popular spot on a hot summer day.',
    tokens: [50364, 440, 7534, 390, 257, 3743, 4008, 322, 257, 2368, 4266, 786, 13, 50530],
    temperature: 0,
    avg_logprob: -0.2860786020755768,
    compression_ratio: 1.2363636493682861,
    no_speech_prob: 0.00985979475080967,
  },
  {
    id: 1,
    seek: 0,
    start: 3.319999933242798,
    end: 8.470000267028809,
    text: ' People were swimming.',
    tokens: [50530, 3432, 645, 11989, 13, 50788],
    temperature: 0,
    avg_logprob: -0.2860786020755768,
    compression_ratio: 1.2363636493682861,
    no_speech_prob: 0.00985979475080967,
  },
];

const whisperWords = [
  { word: 'The', start: 0, end: 0.23999999463558197 },
  { word: 'beach', start: 0.23999999463558197, end: 0.5799999833106995 },
  { word: 'was', start: 0.5799999833106995, end: 0.8999999761581421 },
];

const speakerSegments = [
  {
    type: 'transcript.text.segment',
    id: 'seg_001',
    start: 0,
    end: 3.3,
    text: 'The beach was a popular spot on a hot summer day.',
    speaker: 'agent',
  },
  { type: 'transcript.text.segment', id: 'seg_002', start: 3.4, end: 8.4, text: 'People were swimming.', speaker: 'A' },
];

const logprobs = [
  { token: 'The', logprob: -0.0415, bytes: [84, 104, 101] },
  { token: ' beach', logprob: -1.04, bytes: [32, 98, 101, 97, 99, 104] },
];

/** `json` by the kind of model. */
export const jsonAnswers = {
  whisper: { text: SPOKEN, usage: durationUsage },
  gpt4o: { text: SPOKEN, usage: tokenUsage },
  gpt4oWithLogprobs: { text: SPOKEN, logprobs, usage: tokenUsage },
  gptTranscribe: { text: SPOKEN, languages: [{ code: 'en' }], usage: durationUsage },
  translation: { text: SPOKEN },
};

/** whisper's `verbose_json` with the granularities asked for; none is segments. */
export function verboseAnswer(task: string, granularities: readonly string[]): object {
  return {
    task,
    language: 'english',
    duration: 8.470000267028809,
    text: SPOKEN,
    ...(granularities.includes('word') && { words: whisperWords }),
    ...((granularities.length === 0 || granularities.includes('segment')) && { segments: whisperSegments }),
    ...(task === 'transcribe' && { usage: durationUsage }),
  };
}

export const diarizedAnswer = {
  task: 'transcribe',
  duration: 8.47,
  text: `agent: ${speakerSegments[0]?.text}\nA: ${speakerSegments[1]?.text}`,
  segments: speakerSegments,
  usage: durationUsage,
};

export const textAnswer = `${SPOKEN}\n`;

export const srtAnswer = `1
00:00:00,000 --> 00:00:03,320
The beach was a popular spot on a hot summer day.

2
00:00:03,320 --> 00:00:08,470
People were swimming.

`;

export const vttAnswer = `WEBVTT

00:00:00.000 --> 00:00:03.320
The beach was a popular spot on a hot summer day.

00:00:03.320 --> 00:00:08.470
People were swimming.

`;

/** The events of a stream, without its terminator. */
export function streamEvents(diarized: boolean, withLogprobs = false): readonly object[] {
  const [first, second] = ['The beach was a popular spot on a hot summer day.', ' People were swimming.'];
  return [
    { type: 'transcript.text.delta', delta: first, ...(withLogprobs && { logprobs }) },
    ...(diarized ? speakerSegments.slice(0, 1) : []),
    { type: 'transcript.text.delta', delta: second },
    ...(diarized ? speakerSegments.slice(1) : []),
    { type: 'transcript.text.done', text: SPOKEN, ...(withLogprobs && { logprobs }), usage: tokenUsage },
  ];
}
