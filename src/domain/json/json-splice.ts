import type { JsonMember, JsonValue } from './json-outline.js';

/** A stretch of a document, and what stands in its place; an empty stretch is where something is added. */
export interface JsonSplice {
  /** Offset of the first byte that is replaced. */
  readonly start: number;
  /** Offset behind the last one. */
  readonly end: number;
  /** JSON. */
  readonly text: string;
}

/** What becomes of the members of an object. */
export interface MemberChanges {
  /** Members that are left out, by name. */
  readonly without?: ReadonlySet<string>;
  /** Values, as JSON, that members have wherever they occur; who is not there is added. Wins over `without`. */
  readonly set?: ReadonlyMap<string, string>;
}

/** How an object is changed, so that everything else in it stays as it was written. */
export function spliceMembers(object: JsonValue, { without, set = new Map() }: MemberChanges): readonly JsonSplice[] {
  const { members = [] } = object;
  const isKept = ({ name }: JsonMember): boolean => set.has(name) || !without?.has(name);
  const kept = members.filter(isKept);
  const names = new Set(kept.map(({ name }) => name));
  const added = [...set].filter(([name]) => !names.has(name));
  const replaced = kept.flatMap(({ name, value }) => {
    const text = set.get(name);
    return text === undefined ? [] : [{ start: value.start, end: value.end, text }];
  });
  const text = added.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',');
  return [...removals(members, isKept), ...replaced, ...addition(object, kept.length > 0, text)];
}

/** Between two members that stay, what goes takes one comma with it. */
function removals(members: readonly JsonMember[], isKept: (member: JsonMember) => boolean): readonly JsonSplice[] {
  const splices: JsonSplice[] = [];
  const first = members[0];
  let before: JsonMember | undefined;
  let hasGap = false;
  for (const member of members) {
    if (!isKept(member)) {
      hasGap = true;
      continue;
    }
    if (hasGap && before) splices.push({ start: before.value.end, end: member.start, text: ',' });
    else if (hasGap && first) splices.push({ start: first.start, end: member.start, text: '' });
    hasGap = false;
    before = member;
  }
  const last = members.at(-1);
  const start = before?.value.end ?? first?.start;
  if (hasGap && last && start !== undefined) splices.push({ start, end: last.value.end, text: '' });
  return splices;
}

/** At the front, where nothing else is ever changed. */
function addition({ start }: JsonValue, isFollowed: boolean, text: string): readonly JsonSplice[] {
  if (text === '') return [];
  return [{ start: start + 1, end: start + 1, text: isFollowed ? `${text},` : text }];
}

/**
 * The document with its changes, in pieces that share its memory.
 * @param splices in any order; none may overlap another
 */
export function spliced(bytes: Buffer, splices: readonly JsonSplice[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let position = 0;
  for (const { start, end, text } of splices.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    if (start < position) throw new Error('Two changes of one document overlap');
    pieces.push(bytes.subarray(position, start), Buffer.from(text));
    position = end;
  }
  return [...pieces, bytes.subarray(position)].filter(({ length }) => length > 0);
}
