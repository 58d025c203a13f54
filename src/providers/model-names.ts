/** What a model is for that does not write down speech, in LiteLLM's words for modes. */
export type OtherPurpose =
  'audio_speech' | 'chat' | 'embedding' | 'image_generation' | 'moderation' | 'ocr' | 'realtime' | 'rerank';

/** Before speech: `voxtral-mini-tts` speaks, `gpt-4o-embed-asr` would embed. */
const OTHERS_FIRST: readonly (readonly [OtherPurpose, RegExp])[] = [
  [
    'audio_speech',
    /(?<![a-z])tts(?![a-z])|text-to-speech|kokoro|orpheus|chatterbox|(?<![a-z])(?:bark|piper|xtts|aura)-|(?<![a-z])eleven_/i,
  ],
  ['embedding', /embed|(?<![a-z])(?:bge|gte|e5)-|minilm|ada-002/i],
  ['rerank', /re-?rank/i],
  ['moderation', /moderation|llama-?guard|prompt-?guard|shieldgemma|safeguard/i],
  [
    'image_generation',
    /dall-?e|gpt-image|imagen|-image(?:-|$)|stable-?diffusion|sdxl|(?<![a-z])flux[.-]?[12]|midjourney|ideogram|recraft|(?<![a-z])(?:sora|veo)-/i,
  ],
];

/** Recognisers, and language models that are made to listen. */
const SPEECH =
  /whisper|transcri|scribe|voxtral|parakeet|canary|asr(?![a-z])|(?<![a-z])stt(?![a-z])|speech|wav2vec|conformer|moonshine|sensevoice|paraformer|seamless|kyutai|ultravox|(?<![a-z])nova-[23]|gemma-?3n|qwen[^/]{0,40}(?:audio|omni)|phi-4-multimodal|(?:distil-)?large-v[23]/i;

const OTHERS_LAST: readonly (readonly [OtherPurpose, RegExp])[] = [
  ['realtime', /realtime/i],
  ['ocr', /(?<![a-z])ocr(?![a-z])/i],
  [
    'chat',
    /(?:chat)?gpt-?[\d]|gpt-(?:oss|35|audio)|chatgpt|(?:^|[/_-])o[1345](?:-|$)|claude|gemini|gemma|llama|llava|mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|qwen|qwq|deepseek|(?<![a-z])phi-?\d|command-?[ra](?![a-z])|grok|kimi|(?<![a-z])glm-|minimax|nemotron|hermes|vicuna|falcon|dolphin|zephyr|wizardlm|starcoder|internlm|olmo|smollm|granite|exaone|ernie|hunyuan|davinci|babbage|codex|computer-use|(?<![a-z])(?:nova-(?:lite|micro|pro)|titan|jamba|sonar|yi-\d|solar)|instruct|(?<![a-z])chat(?![a-z])|coder/i,
  ],
];

/**
 * What a model is for, as far as its name tells, where nobody says it: `undefined` for a name that tells nothing. A name
 * that tells of speech is never taken for a chat model.
 */
export function purposeByName(upstreamModel: string): 'audio_transcription' | OtherPurpose | undefined {
  const first = OTHERS_FIRST.find(([, name]) => name.test(upstreamModel))?.[0];
  if (first !== undefined) return first;
  if (SPEECH.test(upstreamModel)) return 'audio_transcription';
  return OTHERS_LAST.find(([, name]) => name.test(upstreamModel))?.[0];
}

/** For providers that name their models themselves: what they have for speech says so. */
export function isNamedForSpeech(upstreamModel: string): boolean {
  return purposeByName(upstreamModel) === 'audio_transcription';
}

/** For providers whose customers name the models: only a name that tells of something else is none for speech. */
export function mayBeForSpeech(upstreamModel: string): boolean {
  const purpose = purposeByName(upstreamModel);
  return purpose === undefined || purpose === 'audio_transcription';
}
