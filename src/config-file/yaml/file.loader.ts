import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Location, Problems } from '../config-file.error.js';
import { describeKind, isNothing, type LocatedEntry, type LocatedMap, readMap } from './located-tree.js';
import { parseYaml } from './yaml.parser.js';

const INCLUDE = 'include';

/**
 * Reads a file and what it includes into one map. Lists are joined, the including file's part first; any other key is
 * replaced by the included file's, with a warning: that is how LiteLLM does it
 * (https://docs.litellm.ai/docs/proxy/config_management).
 * @returns `undefined` when it cannot be read, which has been reported
 */
export function loadFile(path: string, problems: Problems): LocatedMap | undefined {
  return load(path, { file: path, line: 1, column: 1, path: '' }, [], problems);
}

/** @param from where to complain when the file cannot be had */
function load(file: string, from: Location, open: readonly string[], problems: Problems): LocatedMap | undefined {
  const absolute = resolve(file);
  if (open.includes(absolute)) {
    problems.stop(from, 'includes itself, directly or through the files that it includes');
    return undefined;
  }
  const text = readText(file, from, problems);
  if (text === undefined) return undefined;
  const stopsBefore = problems.of('unusable').length;
  const tree = parseYaml(text, file, problems);
  if (problems.of('unusable').length > stopsBefore) return undefined;
  const start = { file, line: 1, column: 1, path: '' };
  if (!tree || isNothing(tree)) {
    problems.stop(start, 'the file is empty');
    return undefined;
  }
  const map = readMap(tree, problems);
  return map && withIncludes(map, file, [...open, absolute], problems);
}

function withIncludes(map: LocatedMap, file: string, open: readonly string[], problems: Problems): LocatedMap {
  const include = map.entries.get(INCLUDE)?.value;
  if (!include) return map;
  const entries = new Map(map.entries);
  entries.delete(INCLUDE);
  if (isNothing(include)) return { ...map, entries };
  const written = include.kind === 'list' ? include.items : [include];
  for (const item of written) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || item.value.trim() === '') {
      problems.stop(item.at, `must be a file name or a list of file names, not ${describeKind(item)}`);
      continue;
    }
    const name = item.value.trim();
    const included = load(isAbsolute(name) ? name : join(dirname(file), name), item.at, open, problems);
    for (const [key, entry] of included?.entries ?? []) {
      entries.set(key, joined(key, entries.get(key), entry, problems));
    }
  }
  return { ...map, entries };
}

function joined(key: string, own: LocatedEntry | undefined, included: LocatedEntry, problems: Problems): LocatedEntry {
  if (!own || isNothing(own.value)) return included;
  if (isNothing(included.value)) return own;
  const { value } = own;
  if (value.kind === 'list' && included.value.kind === 'list') {
    return { ...own, value: { ...value, items: [...value.items, ...included.value.items] } };
  }
  problems.add('note', own.keyAt, `is replaced as a whole by ${key} of ${included.keyAt.file}, which is included`);
  return included;
}

/** Node's codes, of reading and of decoding, in words. */
const readingFailures: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory, not a file',
  EACCES: 'the file may not be read',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'the file is not UTF-8 text',
};

function readText(file: string, from: Location, problems: Problems): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    const explanation = readingFailures[code] ?? `the file cannot be read ${code}`.trim();
    problems.stop(from, from.path === '' ? explanation : `${file}: ${explanation}`);
    return undefined;
  }
}
