import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('..', import.meta.url));

/** Where something is read, by what it is called in the cache. What is only read again is no place of it. */
function placesByKey(): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!/(?<!\.spec)\.tsx?$/.test(name)) continue;
    for (const [, key = ''] of readFileSync(join(source, name), 'utf8').matchAll(/^\s*queryKey: \[(.*)\],$/gm)) {
      places.set(key, [...(places.get(key) ?? []), name]);
    }
  }
  return places;
}

it('keeps nothing of two kinds in one place of the cache: who reads the same takes the same query', () => {
  const places = placesByKey();
  expect(places.size).toBeGreaterThan(15);
  expect([...places].filter(([, names]) => names.length > 1)).toEqual([]);
});
