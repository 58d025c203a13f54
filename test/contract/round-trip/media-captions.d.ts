/** The part of media-captions 1 that the tests use; its own types cannot be resolved by `nodenext`. */
declare module 'media-captions' {
  interface Cue {
    readonly id: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly text: string;
  }

  type CueNode =
    | { readonly type: 'text'; readonly data: string }
    | { readonly type: string; readonly voice?: string; readonly children: readonly CueNode[] };

  export function parseText(text: string, options: { type: 'srt' | 'vtt' }): Promise<{ cues: readonly Cue[] }>;
  /** WebVTT only: the text with its escapes and spans understood. */
  export function tokenizeVTTCue(cue: Cue): readonly CueNode[];
}
