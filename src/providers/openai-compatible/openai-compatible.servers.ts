import type { Capabilities } from '../../domain/capabilities.js';

/** Servers that we know. */
export const serverNames = ['vllm', 'speaches', 'localai', 'whisper.cpp'] as const;
export type ServerName = (typeof serverNames)[number];

/** What is special about one server. */
export interface Server {
  /** What its models can do. */
  readonly capabilities: Capabilities;
  /** Models that can do something else, by their name. */
  readonly exceptions?: readonly (readonly [name: RegExp, capabilities: Capabilities])[];
  /** Fields that go out with this value when the client named none. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Translations are asked of the transcriptions endpoint by this field; absent = they have their own endpoint. */
  readonly translateField?: string;
  /** The field that makes it tell speakers apart, where a deployment says that its model can. */
  readonly diarizeField?: string;
}

/** Most servers run whisper behind whisper-1's interface. */
const whisper: Capabilities = {
  tasks: ['transcribe', 'translate'],
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: 'any',
};

/** A server that nobody named. */
export const unknownServer: Server = { capabilities: whisper };

const vllm: Capabilities = {
  tasks: ['transcribe'],
  // `text` comes as JSON; srt and vtt are refused. `verbose_json` is its own: the duration is a text.
  formats: ['json'],
  granularities: [],
  // Its stream has the form of chat completions.
  streaming: false,
  diarization: false,
  fields: ['language', 'prompt', 'temperature'],
  options: [
    'hotwords',
    'to_language',
    'seed',
    'top_p',
    'top_k',
    'min_p',
    'frequency_penalty',
    'presence_penalty',
    'repetition_penalty',
    'max_completion_tokens',
    'use_beam_search',
    'n',
    'length_penalty',
    'vllm_xargs',
  ],
};

const vllmWhisper: Capabilities = {
  ...vllm,
  tasks: ['transcribe', 'translate'],
  // Words are asked for in vain.
  granularities: ['segment'],
};

const speaches: Capabilities = {
  ...whisper,
  // In `verbose_json` it calls the language by its code.
  formats: ['json', 'text', 'srt', 'vtt'],
  // It computes word times and leaves them out of the answer.
  granularities: ['segment'],
  streaming: true,
  options: ['hotwords', 'vad_filter', 'without_timestamps'],
};

const speachesParakeet: Capabilities = {
  ...speaches,
  tasks: ['transcribe'],
  formats: ['json', 'text'],
  granularities: [],
  streaming: false,
};

const localai: Capabilities = {
  ...whisper,
  // Its `verbose_json` has bare segments.
  formats: ['json', 'text', 'srt', 'vtt'],
  tasks: ['transcribe'],
  streaming: true,
  options: ['diarize'],
};

const whisperCpp: Capabilities = {
  ...whisper,
  // `text` is labelled as a web page, which is what errors of proxies look like; `verbose_json` lacks fields.
  formats: ['json', 'srt', 'vtt'],
  // Its words are the model's tokens, several to a word.
  granularities: ['segment'],
  options: [
    'temperature_inc',
    'beam_size',
    'best_of',
    'audio_ctx',
    'max_context',
    'max_len',
    'split_on_word',
    'word_thold',
    'entropy_thold',
    'logprob_thold',
    'no_speech_thold',
    'suppress_nst',
    'carry_initial_prompt',
    'offset_t',
    'offset_n',
    'duration',
    'vad',
    'vad_threshold',
    'vad_min_speech_duration_ms',
    'vad_min_silence_duration_ms',
    'vad_max_speech_duration_s',
    'vad_speech_pad_ms',
    'vad_samples_overlap',
  ],
};

/**
 * What the servers do differently. All of them spell array keys as OpenAI does.
 *
 * | Server      | Source                                                                                           |
 * |-------------|--------------------------------------------------------------------------------------------------|
 * | vllm        | vllm/entrypoints/openai/speech_to_text: protocol.py and serving.py of 2026                       |
 * | speaches    | speaches/routers/stt.py and executors/whisper.py, v0.9                                           |
 * | localai     | docs/content/features/audio-to-text.md of 2026                                                   |
 * | whisper.cpp | examples/server/server.cpp of 2026, started with `--inference-path /v1/audio/transcriptions`     |
 */
export const servers: Readonly<Record<ServerName, Server>> = {
  vllm: { capabilities: vllm, exceptions: [[/whisper/i, vllmWhisper]] },
  speaches: {
    capabilities: speaches,
    exceptions: [[/parakeet/i, speachesParakeet]],
    // Otherwise a segment is as long as the speaker goes on without a pause.
    defaults: { without_timestamps: 'false' },
  },
  localai: { capabilities: localai, diarizeField: 'diarize' },
  'whisper.cpp': {
    capabilities: whisperCpp,
    // It assumes English where no language is named.
    defaults: { language: 'auto' },
    translateField: 'translate',
  },
};
