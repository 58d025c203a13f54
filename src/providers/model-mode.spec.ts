import { allProviders } from '../../test/support/all-providers.js';
import type { Mode } from '../domain/task.js';
import { modeByName } from './model-mode.js';

describe('what a deployment is for, by the name of its model', () => {
  it.each<[string, string, Mode, object?]>([
    ['openai', 'whisper-1', 'audio_transcription'],
    ['openai', 'gpt-4o-transcribe', 'audio_transcription'],
    ['openai', 'gpt-4o', 'chat'],
    ['openai', 'gpt-4o-audio-preview', 'chat'],
    ['openai', 'tts-1', 'audio_speech'],
    ['openai', 'gpt-4o-mini-tts', 'audio_speech'],
    ['openai', 'tts-1-hd-1106', 'audio_speech'],
    ['azure', 'people-name-them', 'audio_speech', { base_model: 'tts-1-hd' }],
    ['azure', 'my-tts', 'audio_speech'],
    ['groq', 'canopylabs/orpheus-v1-english', 'audio_speech'],
    ['groq', 'playai-tts-arabic', 'audio_speech'],
    ['deepgram', 'aura-2', 'audio_speech'],
    ['deepgram', 'aura-2-thalia-en', 'audio_speech'],
    ['deepgram', 'nova-3', 'audio_transcription'],
    ['elevenlabs', 'eleven_multilingual_v2', 'audio_speech'],
    ['elevenlabs', 'eleven_of_tomorrow', 'audio_speech'],
    ['elevenlabs', 'scribe_v2', 'audio_transcription'],
    ['mistral', 'voxtral-mini-tts-2603', 'audio_speech'],
    ['mistral', 'voxtral-mini-latest', 'audio_transcription'],
    ['gemini', 'gemini-3.8-flash-tts', 'audio_speech'],
    ['gemini', 'gemini-2.5-pro-preview-tts', 'audio_speech'],
    ['openai-compatible', 'kokoro', 'audio_speech'],
    ['openai-compatible', 'speaches-ai/Kokoro-82M-v1.0-ONNX', 'audio_speech'],
    ['sandbox', 'sandbox', 'audio_transcription'],
    ['sandbox', 'sandbox-speech', 'audio_speech'],
    ['openai-compatible', 'my-own', 'audio_transcription'],
    ['openai-compatible', 'qwen2-audio-instruct', 'audio_transcription'],
    ['openai-compatible', 'llama-3.3-70b-instruct', 'chat'],
    ['azure', 'people-name-them', 'audio_transcription'],
    ['azure', 'people-name-them', 'chat', { base_model: 'gpt-4o' }],
    ['gemini', 'gemini-2.5-flash', 'audio_transcription'],
    ['openai', 'text-embedding-3-small', 'audio_transcription'],
  ])('%s/%s: %s %j', (provider, upstreamModel, mode, settings = {}) => {
    const adapter = allProviders.get(provider);
    if (!adapter) throw new Error(`no provider ${provider}`);
    expect(modeByName(adapter, upstreamModel, settings)).toBe(mode);
  });
});
