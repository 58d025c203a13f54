/** What a request asks for: OpenAI's two of a recording, to say a text, and a chat. */
export const tasks = ['transcribe', 'translate', 'speak', 'chat'] as const;
export type Task = (typeof tasks)[number];

/** What a deployment is for, in LiteLLM's words (`model_info.mode`). */
export const modes = ['audio_transcription', 'audio_speech', 'chat'] as const;
export type Mode = (typeof modes)[number];

/** What serves a task. */
export const modeOfTask: Readonly<Record<Task, Mode>> = {
  transcribe: 'audio_transcription',
  translate: 'audio_transcription',
  speak: 'audio_speech',
  chat: 'chat',
};
