/** The kinds of JSON values. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** Where a value stands in a document. */
export interface JsonValue {
  readonly kind: JsonKind;
  /** Offset of its first byte. */
  readonly start: number;
  /** Offset behind its last byte. */
  readonly end: number;
  /** Every member in the order written, of an object that was of interest. */
  readonly members?: readonly JsonMember[];
  /** Every item, of an array that was of interest. */
  readonly items?: readonly JsonValue[];
}

/** A member of an object; one name may occur more than once. */
export interface JsonMember {
  /** Without its escapes. */
  readonly name: string;
  /** Offset of the quotation mark before its name. */
  readonly start: number;
  readonly value: JsonValue;
}

/** Which objects and arrays are looked into; of the others only their place is told. */
export interface JsonInterest {
  /** All members of the object are told; these are looked into. */
  readonly members?: Readonly<Record<string, JsonInterest>>;
  /** All items of the array are told, and looked into with this interest. */
  readonly items?: JsonInterest;
}

/** What is no JSON, or more of it than is read. The message is the end of a sentence about the document. */
export class JsonOutlineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonOutlineError';
  }
}

/** Levels of objects and arrays; tools with nested schemas have twenty. */
const MAX_DEPTH = 256;
/** Values that are told of: a conversation of ten thousand messages has less than half. */
const MAX_TOLD = 100_000;
/** How far a document is read before others have their turn, two milliseconds at most where every byte is a value. */
const STEP_BYTES = 128 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LITERALS = { true: 'boolean', false: 'boolean', null: 'null' } as const;

/** A value that is being read. */
interface Draft {
  readonly kind: JsonKind;
  readonly start: number;
  end: number;
  members?: JsonMember[];
  items?: JsonValue[];
}

/** An object or array that is open. */
interface Frame {
  readonly isObject: boolean;
  readonly interest: JsonInterest | undefined;
  /** Absent for what is passed over. */
  readonly draft: Draft | undefined;
}

/** What may come next: a value, one or the end of an empty array, a name, one or the end of an empty object, ... */
type Expected = 'value' | 'first_item' | 'name' | 'first_name' | 'colon' | 'comma' | 'end';

/**
 * Reads a document once from front to back and tells where what is of interest stands in it, without making strings or
 * objects of the rest. Takes exactly what `JSON.parse` takes, in time that grows with the length, whatever is in it. The
 * generator yields now and then, so that whoever drives it can let others have their turn.
 * @throws JsonOutlineError when it is no JSON, nested too deeply, or has too many values of interest
 */
export function* readOutline(bytes: Buffer, interest: JsonInterest): Generator<void, JsonValue> {
  const reader = new OutlineReader(bytes, interest);
  while (!reader.advance(STEP_BYTES)) yield;
  return reader.root;
}

/** The text that a string stands for. */
export function textAt(bytes: Buffer, { start, end }: Pick<JsonValue, 'start' | 'end'>): string {
  return String(JSON.parse(bytes.toString('utf8', start, end)));
}

/** The value itself; for what is short. */
export function valueAt(bytes: Buffer, { start, end }: Pick<JsonValue, 'start' | 'end'>): unknown {
  return JSON.parse(bytes.toString('utf8', start, end));
}

class OutlineReader {
  private position = 0;
  private expected: Expected = 'value';
  private readonly open: Frame[] = [];
  private frame: Frame | undefined;
  private name: Pick<JsonMember, 'name' | 'start'> | undefined;
  private told = 0;
  private whole: Draft | undefined;
  /** Set while a string is read that is longer than a step: where it began. */
  private stringStart: number | undefined;

  constructor(
    private readonly bytes: Buffer,
    private readonly interest: JsonInterest,
  ) {}

  /** The document, once `advance` has said that it is read. */
  get root(): JsonValue {
    if (!this.whole) throw new Error('The document is not read to its end');
    return this.whole;
  }

  /** Reads on for so many bytes, or a little more. @returns whether all is read */
  advance(stepBytes: number): boolean {
    const until = this.position + stepBytes;
    while (this.position < until) {
      if (this.stringStart === undefined) {
        this.skipSpace(until);
        if (this.position >= until) break;
        if (this.position >= this.bytes.length) return this.finish();
        this.token();
      }
      if (this.stringStart !== undefined) this.readString(until);
    }
    return false;
  }

  private finish(): boolean {
    if (this.expected !== 'end') throw new JsonOutlineError('it ends too early');
    return true;
  }

  private token(): void {
    const byte = this.bytes[this.position];
    switch (this.expected) {
      case 'first_item':
        if (byte === 0x5d) return this.close(false);
        return this.value(byte);
      case 'value':
        return this.value(byte);
      case 'first_name':
        if (byte === 0x7d) return this.close(true);
        return this.beginName(byte);
      case 'name':
        return this.beginName(byte);
      case 'colon':
        if (byte !== 0x3a) throw this.unexpected();
        this.position += 1;
        this.expected = 'value';
        return;
      case 'comma':
        return this.afterValue(byte);
      case 'end':
        throw this.unexpected();
    }
  }

  private beginName(byte: number | undefined): void {
    if (byte !== QUOTE) throw this.unexpected();
    this.stringStart = this.position;
    this.position += 1;
  }

  private value(byte: number | undefined): void {
    if (byte === QUOTE) {
      this.stringStart = this.position;
      this.position += 1;
    } else if (byte === 0x7b || byte === 0x5b) this.openContainer(byte === 0x7b);
    else if (byte === 0x74) this.literal('true');
    else if (byte === 0x66) this.literal('false');
    else if (byte === 0x6e) this.literal('null');
    else this.number();
  }

  private afterValue(byte: number | undefined): void {
    const isObject = this.frame?.isObject ?? false;
    if (byte === 0x2c) {
      this.position += 1;
      this.expected = isObject ? 'name' : 'value';
    } else if (byte === (isObject ? 0x7d : 0x5d)) this.close(isObject);
    else throw this.unexpected();
  }

  private openContainer(isObject: boolean): void {
    if (this.open.length >= MAX_DEPTH) throw new JsonOutlineError(`it is nested more than ${MAX_DEPTH} levels deep`);
    const interest = this.interestInNext();
    const draft = this.tell(isObject ? 'object' : 'array', this.position);
    if (draft && isObject && interest?.members) draft.members = [];
    if (draft && !isObject && interest?.items) draft.items = [];
    this.frame = { isObject, interest, draft };
    this.open.push(this.frame);
    this.position += 1;
    this.expected = isObject ? 'first_name' : 'first_item';
  }

  private close(isObject: boolean): void {
    if (this.frame?.isObject !== isObject) throw this.unexpected();
    this.position += 1;
    if (this.frame.draft) this.frame.draft.end = this.position;
    this.open.pop();
    this.frame = this.open.at(-1);
    this.valueEnded();
  }

  /** What is wanted of the value that comes next. */
  private interestInNext(): JsonInterest | undefined {
    const { frame, name } = this;
    if (!frame) return this.interest;
    if (!frame.isObject) return frame.interest?.items;
    const { members } = frame.interest ?? {};
    return members && name && Object.hasOwn(members, name.name) ? members[name.name] : undefined;
  }

  /** Notes a value in the object or array that it is in, where that is of interest. */
  private tell(kind: JsonKind, start: number): Draft | undefined {
    const { frame, name } = this;
    if (frame && !frame.draft?.members && !frame.draft?.items) return undefined;
    this.told += 1;
    if (this.told > MAX_TOLD) throw new JsonOutlineError(`it has more than ${MAX_TOLD} values`);
    const draft: Draft = { kind, start, end: start };
    if (!frame) this.whole = draft;
    else if (frame.draft?.items) frame.draft.items.push(draft);
    else if (name) frame.draft?.members?.push({ ...name, value: draft });
    return draft;
  }

  private scalar(kind: JsonKind, start: number): void {
    const draft = this.tell(kind, start);
    if (draft) draft.end = this.position;
    this.valueEnded();
  }

  private valueEnded(): void {
    this.name = undefined;
    this.expected = this.frame ? 'comma' : 'end';
  }

  private readString(until: number): void {
    this.skipString(until);
    if (this.bytes[this.position] !== QUOTE) {
      if (this.position >= this.bytes.length) throw new JsonOutlineError('it ends too early');
      return;
    }
    const start = this.stringStart ?? this.position;
    this.stringStart = undefined;
    this.position += 1;
    if (this.expected === 'name' || this.expected === 'first_name') {
      // The names of what is passed over do not matter.
      const isTold = this.frame?.draft?.members !== undefined;
      this.name = isTold ? { name: textAt(this.bytes, { start, end: this.position }), start } : undefined;
      this.expected = 'colon';
    } else this.scalar('string', start);
  }

  /** Goes to the closing quotation mark, or so far that it is another's turn. */
  private skipString(until: number): void {
    const { bytes } = this;
    const { length } = bytes;
    const limit = Math.min(until, length);
    let position = this.position;
    while (position < limit) {
      const byte = bytes[position] ?? 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.position = position;
        position += this.escape();
      } else if (byte < 0x20) {
        this.position = position;
        throw this.unexpected();
      } else position += 1;
    }
    this.position = position;
  }

  /** The length of the escape that begins here. */
  private escape(): number {
    const { bytes, position } = this;
    const byte = bytes[position + 1] ?? 0;
    if (byte === 0x75) {
      for (let digit = position + 2; digit < position + 6; digit += 1)
        if (!isHex(bytes[digit] ?? 0)) throw this.unexpected();
      return 6;
    }
    // " \ / b f n r t
    const isKnown =
      byte === QUOTE ||
      byte === BACKSLASH ||
      byte === 0x2f ||
      byte === 0x62 ||
      byte === 0x66 ||
      byte === 0x6e ||
      byte === 0x72 ||
      byte === 0x74;
    if (!isKnown) throw this.unexpected();
    return 2;
  }

  private literal(word: keyof typeof LITERALS): void {
    const { bytes, position } = this;
    for (let index = 0; index < word.length; index += 1) {
      if (bytes[position + index] !== word.charCodeAt(index)) throw this.unexpected();
    }
    this.position += word.length;
    this.scalar(LITERALS[word], position);
  }

  private number(): void {
    const start = this.position;
    if (this.bytes[this.position] === 0x2d) this.position += 1;
    if (this.bytes[this.position] === 0x30) this.position += 1;
    else this.digits();
    if (this.bytes[this.position] === 0x2e) {
      this.position += 1;
      this.digits();
    }
    const byte = this.bytes[this.position];
    if (byte === 0x65 || byte === 0x45) {
      this.position += 1;
      const sign = this.bytes[this.position];
      if (sign === 0x2b || sign === 0x2d) this.position += 1;
      this.digits();
    }
    this.scalar('number', start);
  }

  /** One or more. */
  private digits(): void {
    if (!isDigit(this.bytes[this.position])) throw this.unexpected();
    while (isDigit(this.bytes[this.position])) this.position += 1;
  }

  private skipSpace(until: number): void {
    const { bytes } = this;
    const limit = Math.min(until, bytes.length);
    let position = this.position;
    while (position < limit) {
      const byte = bytes[position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      position += 1;
    }
    this.position = position;
  }

  private unexpected(): JsonOutlineError {
    if (this.position >= this.bytes.length) return new JsonOutlineError('it ends too early');
    return new JsonOutlineError(`what is at byte ${this.position} does not belong there`);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
