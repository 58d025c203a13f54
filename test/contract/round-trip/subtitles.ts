import { parseText, tokenizeVTTCue } from 'media-captions';

/** A subtitle as a player understands it. */
export interface ReadCue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Without the speaker's name. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly speaker?: string;
}

/**
 * Reads subtitles with a library that is not ours.
 * @throws Error when it finds fewer cues than the document has: it passes over what it does not understand
 */
export async function readSubtitles(document: string, type: 'srt' | 'vtt'): Promise<readonly ReadCue[]> {
  const { cues } = await parseText(document, { type });
  const written = document.split('\n').filter((line) => line.includes('-->')).length;
  if (cues.length !== written) throw new Error(`${cues.length} of ${written} cues can be read:\n${document}`);
  return cues.map((cue) => {
    const { speaker, text } = type === 'vtt' ? readVoice(tokenizeVTTCue(cue)) : readName(cue.text);
    // A speaker's name in SubRip takes room on the screen, a WebVTT voice does not.
    const lines = (type === 'vtt' ? text : cue.text).split('\n');
    return { startSeconds: cue.startTime, endSeconds: cue.endTime, text: text.replaceAll('\n', ' '), lines, speaker };
  });
}

type Nodes = ReturnType<typeof tokenizeVTTCue>;

function readVoice(nodes: Nodes): Pick<ReadCue, 'speaker' | 'text'> {
  const voice = nodes.find((node) => 'children' in node && node.type === 'v');
  const speaker = voice && 'voice' in voice ? voice.voice : undefined;
  return { speaker, text: textOf(nodes) };
}

function textOf(nodes: Nodes): string {
  return nodes.map((node) => ('data' in node ? node.data : textOf(node.children))).join('');
}

/** SubRip has no voices: a name and a colon before the words, as the gateway writes it. */
function readName(text: string): Pick<ReadCue, 'speaker' | 'text'> {
  const [, speaker, spoken] = /^(agent|[A-Z]): ([^]*)$/.exec(text) ?? [];
  return spoken === undefined ? { text } : { speaker, text: spoken };
}
