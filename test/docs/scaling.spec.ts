import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');

/** By their names in `pg_stat_activity`, how many connections a module opens at most. */
function connectionsIn(source: string): [string, number][] {
  const numberOf = (text: string) => Number(new RegExp(`const ${text} = (\\d+);`).exec(source)?.[1] ?? text);
  const pools = [...source.matchAll(/\bconnections: (\w+), applicationName: '([a-z ]+)'/g)];
  const single = [...source.matchAll(/\bconnectionOf\(\w+, '([a-z ]+)'\)/g)];
  return [
    ...pools.map(([, connections = '', name = '']): [string, number] => [name, numberOf(connections)]),
    ...single.map(([, name = '']): [string, number] => [name, 1]),
  ];
}

/** That of Prisma has pg's default, and what is heard comes on one. */
const ELSEWHERE: readonly [string, number][] = [
  ['auricle', 10],
  ['auricle changes', 1],
];

describe('docs/scaling.md', () => {
  const text = read('docs/scaling.md');
  const rows = [...text.matchAll(/^\| `(auricle[a-z ]*)` +\| +(\d+) \|/gm)];
  const documented = rows.map(([, name = '', most]): [string, number] => [name, Number(most)]);

  it('names every connection to PostgreSQL that a gateway opens, and how many they are', () => {
    const modules = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.module.ts'),
    );
    const opened = [...ELSEWHERE, ...modules.flatMap((path) => connectionsIn(read(`src/${path}`)))];
    expect(documented.toSorted()).toEqual(opened.toSorted());
    const sum = opened.reduce((total, [, most]) => total + most, 0);
    expect(text).toContain(`At most ${sum} of a gateway to PostgreSQL`);
  });
});
