import {
  type Document,
  type ErrorCode,
  type Node,
  type ParsedNode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  type YAMLMap,
} from 'yaml';
import type { Location, Problems } from '../config-file.error.js';
import { extendPath, type LocatedEntry, type LocatedTree } from './located-tree.js';

/** Aliases can make a small file huge; no gateway needs this many values. */
const MAX_VALUES = 100_000;
/** Deeper than any configuration, shallower than the stack. */
const MAX_DEPTH = 100;

/** The parser's own messages quote the file, and with it the secrets in it. */
const syntaxMessages = {
  ALIAS_PROPS: 'an alias takes no anchor and no tag',
  BAD_ALIAS: 'the name of an anchor or alias is malformed or unknown',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows it',
  BAD_DIRECTIVE: 'the % directive is malformed',
  BAD_DQ_ESCAPE: 'an escape in double quotes is not known; use single quotes for text with backslashes',
  BAD_INDENT: 'the indentation is wrong, or a bracket before it is not closed',
  BAD_PROP_ORDER: 'an anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'text that starts with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a list or map cannot stand here; is a line break or a quote missing?',
  BLOCK_IN_FLOW: 'an indented list or map cannot stand within [ ] or { }',
  DUPLICATE_KEY: 'the key is already there in this map',
  IMPOSSIBLE: 'not valid YAML',
  KEY_OVER_1024_CHARS: 'the key is too long; is a quote missing?',
  MISSING_CHAR: 'a character is missing: a closing quote or bracket, a comma, a colon or a space',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line; is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'a value takes one anchor',
  MULTIPLE_DOCS: 'the file has more than one YAML document (---)',
  MULTIPLE_TAGS: 'a value takes one tag',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'the file is too deep or too large',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
  TAG_RESOLVE_FAILED: 'the tag is not known',
  UNEXPECTED_TOKEN: 'this cannot stand here; is a quote, a bracket or a line break missing?',
} satisfies Record<ErrorCode, string>;

/**
 * Reads YAML 1.2 with merge keys. Flow and block style, anchors and aliases; no custom tags.
 * @returns the top-level value, `undefined` when the file says nothing or has been reported as broken
 */
export function parseYaml(text: string, file: string, problems: Problems): LocatedTree | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  // Not the parser's LineCounter: it counts a line twice that it has read twice.
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const at = (offset: number, path: string): Location => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return { file, line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1, path };
  };
  const complaints = [...document.errors, ...document.warnings];
  const lineNumbers = new Set<number>();
  for (const { code, pos } of complaints) {
    const place = at(pos[0], '');
    // What the parser stumbles over next in the same line comes from the first mistake.
    if (!lineNumbers.has(place.line)) problems.stop(place, syntaxMessages[code]);
    lineNumbers.add(place.line);
  }
  if (complaints.length > 0 || document.contents === null) return undefined;
  return new TreeBuilder(document, at, problems).build(document.contents, '', []);
}

/** Turns the parser's nodes into a tree, following aliases and merge keys. */
class TreeBuilder {
  private values = 0;

  constructor(
    private readonly document: Document<ParsedNode>,
    private readonly at: (offset: number, path: string) => Location,
    private readonly problems: Problems,
  ) {}

  /** @param open the nodes around this one, so that an alias to one of them is noticed */
  build(node: unknown, path: string, open: readonly Node[]): LocatedTree {
    const target = isAlias(node) ? node.resolve(this.document) : node;
    const at = this.at(startOf(target) ?? startOf(node) ?? startOf(open.at(-1)) ?? 0, path);
    if (!isNode(target)) {
      return isAlias(node) ? this.broken(this.atNode(node, path), 'the alias has no anchor before it') : nothing(at);
    }
    if (open.includes(target)) return this.broken(this.atNode(node, path), 'the alias contains itself');
    if (open.length >= MAX_DEPTH || this.values++ >= MAX_VALUES) {
      return this.values > MAX_VALUES + 1 ? { ...nothing(at), broken: true } : this.tooLarge(at);
    }
    const around = [...open, target];
    if (isMap(target)) return { kind: 'map', at, entries: this.entries(target, path, around) };
    if (isSeq(target)) {
      const items = target.items.map((item, index) => this.build(item, extendPath(path, index), around));
      return { kind: 'list', at, items };
    }
    const value: unknown = isScalar(target) ? target.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      const source = isScalar(target) ? target.source : undefined;
      return { kind: 'scalar', at, value, source: source ?? String(value ?? '') };
    }
    return this.broken(at, 'this kind of YAML value is not supported');
  }

  private entries(map: YAMLMap, path: string, around: readonly Node[]): Map<string, LocatedEntry> {
    const own = new Map<string, LocatedEntry>();
    const merged = new Map<string, LocatedEntry>();
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        for (const [name, entry] of this.mergeSources(value, path, around)) {
          if (!merged.has(name)) merged.set(name, entry);
        }
        continue;
      }
      const named = isAlias(key) ? key.resolve(this.document) : key;
      if (!isScalar(named)) {
        this.problems.stop(this.atNode(key, path), 'a key must be text');
        continue;
      }
      const name = typeof named.value === 'string' ? named.value : (named.source ?? String(named.value));
      const inside = extendPath(path, name);
      const keyAt = this.atNode(key, inside);
      // `key:` at the end of a file has no node of its own.
      own.set(name, { keyAt, value: value === null ? nothing(keyAt) : this.build(value, inside, around) });
    }
    for (const [name, entry] of merged) if (!own.has(name)) own.set(name, entry);
    return own;
  }

  /** The entries behind `<<`: a map, or a list of maps of which the earlier win. */
  private mergeSources(value: unknown, path: string, around: readonly Node[]): [string, LocatedEntry][] {
    const target = isAlias(value) ? value.resolve(this.document) : value;
    const sources: readonly unknown[] = isSeq(target) ? target.items : [value];
    return sources.flatMap((it) => {
      const source = this.build(it, path, around);
      if (source.kind === 'map') return [...source.entries];
      if (source.kind === 'list' || !source.broken) this.problems.stop(this.atNode(it, path), '<< takes maps only');
      return [];
    });
  }

  private atNode(node: unknown, path: string): Location {
    return this.at(startOf(node) ?? 0, path);
  }

  private broken(at: Location, message: string): LocatedTree {
    this.problems.stop(at, message);
    return { ...nothing(at), broken: true };
  }

  private tooLarge(at: Location): LocatedTree {
    this.values = MAX_VALUES + 1;
    return this.broken(at, 'the file is too deep, or its aliases make it too large');
  }
}

function nothing(at: Location): LocatedTree & { kind: 'scalar' } {
  return { kind: 'scalar', at, value: null, source: '' };
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}
