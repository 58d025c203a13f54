import type { AudioContainerName } from '../../domain/audio-container.js';

/** What the bytes are: audio in a container that we know, or something else, named for the error message. */
export type Sniffed = { readonly container: AudioContainerName } | { readonly found: string };
