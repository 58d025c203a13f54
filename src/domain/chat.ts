import type { AudioField, AudioSource } from './audio-source.js';
import type { JsonValue } from './json/json-outline.js';
import type { JsonSplice } from './json/json-splice.js';

/** The body of a chat request as the client wrote it, and what of it no provider is to see. */
export interface ChatBody {
  readonly bytes: Buffer;
  /** The whole of it: an object whose members are told. */
  readonly root: JsonValue;
  /** Members that are the gateway's own, by name. */
  readonly ours: ReadonlySet<string>;
  /** Members that the client has otherwise for who is called, as JSON by their names. */
  readonly set: ReadonlyMap<string, string>;
  /** What stands in the place of parts of the messages, whoever is called. */
  readonly splices: readonly JsonSplice[];
}

/** How errors name a recording in a message. */
export type ChatAudioField = Extract<AudioField, `messages[${string}`>;

/** A recording in a message. */
export interface ChatAudio {
  /** Where it stands, as an error names it: `messages[1].content[0].input_audio.data`. */
  readonly param: ChatAudioField;
  /** The part of the message that it is: an object of type `input_audio`, or `audio_url`. */
  readonly part: JsonValue;
  /** What stands in it: an object with the data or its address, or one of these alone, as Mistral has it. */
  readonly value: JsonValue;
  /** The string with its base64, or its address. */
  readonly data: JsonValue;
  /** Decoded; absent where an address was sent. */
  readonly source?: AudioSource;
}

/** One chat completion that is asked for, as far as the gateway understands it; everything else is in the body. */
export interface ChatRequest {
  /** The public model name. */
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client wants to be told what it has used at the end of a stream. */
  readonly includeUsage: boolean;
  /** Whether it wants to hear the answer. */
  readonly speaks: boolean;
  /** How many tokens the answers may have in all, where the client bounds them; absent = it does not. */
  readonly maxOutputTokens?: number;
  /** Every recording in the messages, in their order. */
  readonly audio: readonly ChatAudio[];
  /** Of all recordings together; absent = that of one at least is not known, or there is none. */
  readonly audioSeconds?: number;
  readonly body: ChatBody;
}

/**
 * What a chat model can do natively; absent = nobody knows, so that it is tried. Data, not code, as of those that write down
 * speech.
 */
export interface ChatCapabilities {
  /** Whether it hears recordings in messages. */
  readonly audio_input?: boolean;
  /** Whether it answers in speech. */
  readonly audio_output?: boolean;
}
