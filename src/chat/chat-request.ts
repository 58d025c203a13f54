import { badRequest } from '../domain/errors.js';
import type { ChatAudio, ChatAudioField, ChatBody, ChatRequest } from '../domain/chat.js';
import { type JsonMember, type JsonValue, textAt, valueAt } from '../domain/json/json-outline.js';
import { refuseDeploymentFields } from '../serving/deployment-fields.js';
import { isMetadataField } from '../serving/request-metadata.js';

/** A recording as a message has it, before it has been decoded. */
export interface WrittenRecording extends Omit<ChatAudio, 'source'> {
  /** Whether an address may stand in the place of its data. */
  readonly mayBeAddress: boolean;
}

/** A chat as its body says it, before its recordings have been decoded. */
export interface WrittenChat extends Omit<ChatRequest, 'model' | 'audio' | 'audioSeconds'> {
  /** The model in the body; absent = it names none. */
  readonly model?: string;
  readonly audio: readonly WrittenRecording[];
  /** The first part of a message in which there may be sound that nobody measures, such as a file; absent = there is none. */
  readonly unmeasured?: ChatAudioField;
  /** Whether the provider is told to store the chat. */
  readonly isStored: boolean;
  /** What is the gateway's own, as a form would have it. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Recordings in one request: each is decoded and measured. */
const MAX_RECORDINGS = 100;
/** Of one field of the gateway's own. */
const MAX_FIELD_BYTES = 64 * 1024;

/** Of what is told of the body besides. */
const MAX_PARAM_BYTES = 1024;

/** LiteLLM's fields, which no provider knows. */
const OURS: ReadonlySet<string> = new Set([
  'fallbacks',
  'timeout',
  'mock_testing_fallbacks',
  'drop_params',
  'num_retries',
  'cache',
  'tags',
]);
/** OpenAI's fields that are notes for the ledger, too. */
const OPENAIS_NOTES: ReadonlySet<string> = new Set(['user', 'safety_identifier', 'metadata']);
/** Types of parts in which there is no sound, or whose sound is measured. */
const MEASURED_PARTS: ReadonlySet<string> = new Set(['text', 'refusal', 'image_url', 'input_audio', 'audio_url']);
/** Longer than any type that is known, with escapes. */
const MAX_TYPE_BYTES = 100;
/** What is read here, and so must not be said twice: a provider might believe the other one. */
const READ: ReadonlySet<string> = new Set(['messages', 'stream', 'stream_options', 'modalities', 'store']);

/**
 * Reads what matters of a chat's body. What a provider is to understand is the provider's to judge.
 * @throws GatewayError 400 that names the field
 */
export function readChat(bytes: Buffer, root: JsonValue): WrittenChat {
  const members = root.members ?? [];
  refuseDeploymentFields(members.map(({ name }) => name));
  const reader = new MemberReader(bytes, members);
  const noted = members.filter(({ name }) => isOurs(name) || OPENAIS_NOTES.has(name));
  refuseRepeated(members.filter(({ name }) => READ.has(name) || noted.some((it) => it.name === name)));
  // OpenAI keeps metadata with what it is told to store, and refuses it otherwise; LiteLLM's clients mean LiteLLM.
  const isStored = reader.flag('store');
  const ours = new Set(
    noted.map(({ name }) => name).filter((name) => isOurs(name) || (name === 'metadata' && !isStored)),
  );
  const { recordings, unmeasured } = readMessages(bytes, reader.value('messages'));
  const body: ChatBody = { bytes, root, ours, set: new Map(), splices: [] };
  return {
    model: reader.text('model'),
    stream: reader.flag('stream'),
    includeUsage: includesUsage(bytes, reader.value('stream_options')),
    maxOutputTokens: maxOutputTokensOf(reader),
    speaks: (reader.value('modalities')?.items ?? []).some((it) => isText(bytes, it, 'audio')),
    audio: recordings,
    unmeasured,
    isStored,
    fields: new Map(noted.flatMap(({ name, value }) => fieldOf(bytes, name, value))),
    body,
  };
}

/**
 * What the body says outside of its messages, as a form would have it, for a client that lays out by it whom it wants to be asked:
 * texts, numbers and flags that are no longer than a name may be.
 */
export function paramsOf({ bytes, root }: Pick<ChatBody, 'bytes' | 'root'>): ReadonlyMap<string, readonly string[]> {
  const told = (root.members ?? []).filter(
    ({ value }) => ['string', 'number', 'boolean'].includes(value.kind) && value.end - value.start <= MAX_PARAM_BYTES,
  );
  return new Map(told.flatMap(({ name, value }) => fieldOf(bytes, name, value)));
}

/** What the latest question says in writing; undefined where it says nothing so. */
export function questionOf({ bytes, root }: Pick<ChatBody, 'bytes' | 'root'>): string | undefined {
  const messages = new MemberReader(bytes, root.members ?? []).value('messages')?.items ?? [];
  const latest = messages
    .map(({ members = [] }) => new MemberReader(bytes, members))
    .findLast((it) => isText(bytes, it.value('role'), 'user'));
  const content = latest?.value('content');
  if (content?.kind === 'string') return textAt(bytes, content);
  const texts = (content?.items ?? []).flatMap(({ members = [] }) => {
    const text = new MemberReader(bytes, members).value('text');
    return text?.kind === 'string' ? [textAt(bytes, text)] : [];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** Whether a member of the body is the gateway's own, which no provider sees. */
export function isOurs(name: string): boolean {
  return OURS.has(name) || (isMetadataField(name) && !OPENAIS_NOTES.has(name));
}

function refuseRepeated(members: readonly JsonMember[], path = ''): void {
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw badRequest(`'${path}${name}' was sent more than once`, path + name, 'invalid_value');
    names.add(name);
  }
}

/** The last of those with one name counts, as everywhere in JSON. */
class MemberReader {
  constructor(
    private readonly bytes: Buffer,
    private readonly members: readonly JsonMember[],
  ) {}

  value(name: string): JsonValue | undefined {
    return this.members.findLast((it) => it.name === name)?.value;
  }

  /** @throws GatewayError 400 when it is something else; null counts as not sent */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value.kind === 'null') return undefined;
    if (value.kind !== 'string') throw invalid(name, 'must be a string');
    return textAt(this.bytes, value);
  }

  /** A positive whole number; what is none is the provider's to judge. */
  count(name: string): number | undefined {
    const value = this.value(name);
    if (value?.kind !== 'number') return undefined;
    const told = valueAt(this.bytes, value);
    return typeof told === 'number' && Number.isSafeInteger(told) && told > 0 ? told : undefined;
  }

  /** @throws GatewayError 400 when it is something else; null counts as false */
  flag(name: string): boolean {
    const value = this.value(name);
    if (value === undefined || value.kind === 'null') return false;
    if (value.kind !== 'boolean') throw invalid(name, 'must be true or false');
    return valueAt(this.bytes, value) === true;
  }
}

/** Of all answers together. */
function maxOutputTokensOf(reader: MemberReader): number | undefined {
  const ofEach = reader.count('max_completion_tokens') ?? reader.count('max_tokens');
  return ofEach === undefined ? undefined : ofEach * (reader.count('n') ?? 1);
}

function includesUsage(bytes: Buffer, options: JsonValue | undefined): boolean {
  const told = options?.members?.findLast(({ name }) => name === 'include_usage')?.value;
  return told?.kind === 'boolean' && valueAt(bytes, told) === true;
}

/** Whether it is this text; a longer one is not read. */
function isText(bytes: Buffer, value: JsonValue | undefined, text: string): boolean {
  if (value?.kind !== 'string' || value.end - value.start > 6 * text.length + 2) return false;
  return textAt(bytes, value) === text;
}

/** What matters of the messages. */
interface ReadMessages extends Pick<WrittenChat, 'unmeasured'> {
  readonly recordings: readonly WrittenRecording[];
}

/** @throws GatewayError 400 when there are no messages, or a recording without its data */
function readMessages(bytes: Buffer, messages: JsonValue | undefined): ReadMessages {
  if (messages === undefined) {
    throw badRequest('you must provide a messages parameter', 'messages', 'missing_required_parameter');
  }
  if (messages.kind !== 'array') throw invalid('messages', 'must be an array');
  const parts = (messages.items ?? []).flatMap(({ members = [] }, index) => {
    refuseRepeated(members, `messages[${index}].`);
    const content = members.find(({ name }) => name === 'content')?.value;
    // OpenAI takes a list of parts only; nobody knows what others make of a part alone.
    if (content?.kind === 'object') return [new PartReader(bytes, content, `messages[${index}].content`)];
    const { items = [] } = content ?? {};
    return items.map((part, place) => new PartReader(bytes, part, `messages[${index}].content[${place}]`));
  });
  const recordings = parts.flatMap((part) => part.recording() ?? []);
  if (recordings.length > MAX_RECORDINGS) {
    throw invalid('messages', `may have at most ${MAX_RECORDINGS} recordings`);
  }
  return { recordings, unmeasured: parts.find(({ type = '' }) => !MEASURED_PARTS.has(type))?.path };
}

/** One part of a message. */
class PartReader {
  /** Absent where it has none, or one that nobody knows. */
  readonly type: string | undefined;
  private readonly reader: MemberReader;

  /** @throws GatewayError 400 when it has two types: a provider might believe the other one */
  constructor(
    bytes: Buffer,
    private readonly part: JsonValue,
    readonly path: ChatAudioField,
  ) {
    const { members = [] } = part;
    refuseRepeated(
      members.filter(({ name }) => name === 'type'),
      `${path}.`,
    );
    this.reader = new MemberReader(bytes, members);
    const type = this.reader.value('type');
    this.type = type?.kind === 'string' && type.end - type.start <= MAX_TYPE_BYTES ? textAt(bytes, type) : undefined;
  }

  /**
   * The recording that it is, if it is one: OpenAI's `input_audio`, or the `audio_url` that servers of people's own take.
   * @throws GatewayError 400 when it has no data, or what it has is said twice
   */
  recording(): WrittenRecording | undefined {
    if (this.type === 'input_audio') return this.recordingIn(this.type, 'data');
    return this.type === 'audio_url' ? this.recordingIn(this.type, 'url') : undefined;
  }

  private recordingIn(name: 'input_audio' | 'audio_url', member: 'data' | 'url'): WrittenRecording {
    const { part, path } = this;
    refuseRepeated(part.members ?? [], `${path}.`);
    const value = this.reader.value(name);
    const param = `${path}.${name}.${member}` as const;
    // Mistral's form of it: the data alone.
    if (value?.kind === 'string') {
      return { part, value, data: value, param: `${path}.${name}` as const, mayBeAddress: true };
    }
    refuseRepeated(value?.members ?? [], `${path}.${name}.`);
    const data = value?.members?.find((it) => it.name === member)?.value;
    if (!value || !data || data.kind === 'null') {
      throw badRequest(`Missing required parameter: '${param}'`, param, 'missing_required_parameter');
    }
    if (data.kind !== 'string') throw invalid(param, 'must be a string of base64');
    return { part, value, data, param, mayBeAddress: member === 'url' };
  }
}

/** Texts as they are, a list of them as a repeated field, everything else as JSON. */
function fieldOf(bytes: Buffer, name: string, value: JsonValue): readonly (readonly [string, readonly string[]])[] {
  if (value.end - value.start > MAX_FIELD_BYTES) throw invalid(name, `may have at most ${MAX_FIELD_BYTES} bytes`);
  if (value.kind === 'null') return [];
  const read = valueAt(bytes, value);
  return [[name, [typeof read === 'string' ? read : JSON.stringify(read)]]];
}

function invalid(param: string, rule: string) {
  return badRequest(`Invalid '${param}': it ${rule}`, param, 'invalid_value');
}
