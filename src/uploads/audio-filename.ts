import { sentExtension, type AudioContainerName } from '../domain/audio-container.js';

const MAX_LENGTH = 200;

/**
 * The client's file name, made safe for headers and file systems, with an extension that agrees with the bytes:
 * providers choose the decoder by the extension.
 */
export function repairFilename(clientName: string, container: AudioContainerName): string {
  const { stem, extension } = split(sanitize(clientName));
  const ending = `.${sentExtension(container, extension) ?? container}`;
  const characters = Array.from(stem || 'audio');
  return (
    characters
      .slice(0, MAX_LENGTH - ending.length)
      .join('')
      .trimEnd() + ending
  );
}

/** Removes the path, whatever ends a header or a quoted string, invisible direction marks, and leading dots. */
function sanitize(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return base
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffd"]/gu, '')
    .trim()
    .replace(/^\.+/, '');
}

/** Only what looks like an extension is one: in `Meeting 3.12` the name goes on after the dot. */
function split(name: string): { stem: string; extension?: string } {
  const match = /^(?<stem>.*)\.(?<extension>[a-z][a-z0-9]{1,3}|3g[p2]|8svx)$/isu.exec(name);
  return { stem: match?.groups?.stem ?? name, extension: match?.groups?.extension };
}
