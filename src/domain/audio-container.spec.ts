import { assert, constantFrom, option, property, shuffledSubarray, string } from 'fast-check';
import {
  audioContainers,
  extensionsOf,
  fileExtensions,
  mediaTypeOf,
  sentExtension,
  type AudioContainerName,
} from './audio-container.js';

const OPENAI = ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'];

it.each<[AudioContainerName, string | undefined, readonly string[], string | undefined]>([
  ['3gp', '3gp', OPENAI, 'mp4'],
  ['3gp', 'm4a', OPENAI, 'm4a'],
  ['mov', 'mov', OPENAI, 'mp4'],
  ['mov', 'mov', [...OPENAI, 'mov'], 'mov'],
  ['mkv', 'mkv', OPENAI, 'webm'],
  ['mkv', undefined, ['mkv'], 'mkv'],
  ['ogg', 'opus', [...OPENAI, 'opus'], 'opus'],
  ['ogg', 'ogg', ['opus'], 'opus'],
  ['mp4', 'mp4', ['m4a'], 'm4a'],
  ['m4a', 'MP4', OPENAI, 'mp4'],
  ['mp3', 'wav', OPENAI, 'mp3'],
  ['amr', 'amr', OPENAI, undefined],
  ['aac', 'm4a', OPENAI, undefined],
])('sends %s that is called .%s to those who take %j as .%s', (container, clients, taken, expected) => {
  expect(sentExtension(container, clients, taken)).toBe(expected);
});

it('never sends a name that is not taken, or not of the container', () => {
  const names = Object.keys(audioContainers) as AudioContainerName[];
  assert(
    property(
      constantFrom(...names),
      option(string(), { nil: undefined }),
      option(shuffledSubarray([...fileExtensions]), { nil: undefined }),
      (container, clients, taken) => {
        const sent = sentExtension(container, clients, taken);
        const isTaken = !taken || extensionsOf(container).some((it) => taken.includes(it));
        expect(sent !== undefined).toBe(isTaken);
        if (sent === undefined) return;
        expect(extensionsOf(container)).toContain(sent);
        if (taken) expect(taken).toContain(sent);
      },
    ),
  );
});

it('has a type that goes with the name', () => {
  expect(mediaTypeOf('3gp', 'm4a')).toBe('audio/mp4');
  expect(mediaTypeOf('3gp', '3gp')).toBe('audio/3gpp');
  expect(mediaTypeOf('mov', 'mp4')).toBe('audio/mp4');
  expect(mediaTypeOf('mkv', 'webm')).toBe('audio/webm');
  expect(mediaTypeOf('wav', 'wav')).toBe('audio/wav');
});
