import { ConfigError, readSettings } from './settings.js';

const read = (variables: Record<string, string>) => readSettings(variables);
const anywhere = {
  kind: 'single',
  nodes: [{ host: 'r', port: 6379 }],
  path: undefined,
  isEncrypted: false,
  username: undefined,
  password: undefined,
  database: 0,
  masterName: '',
};

it.each([
  ['redis://r', {}],
  ['redis://r/', {}],
  ['redis://:p@r:7000/3', { nodes: [{ host: 'r', port: 7000 }], password: 'p', database: 3 }],
  ['rediss://u:p%40%2F@r', { isEncrypted: true, username: 'u', password: 'p@/' }],
  ['redis://u:p:q@[::1]:7000', { nodes: [{ host: '::1', port: 7000 }], username: 'u', password: 'p:q' }],
  ['unix:///run/redis%20x.sock', { nodes: [], path: '/run/redis x.sock' }],
  ['unix://u:p@/r.sock?database=2', { nodes: [], path: '/r.sock', username: 'u', password: 'p', database: 2 }],
  [
    'rediss+sentinel://:p@a,b:27000/main/1',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 27_000 },
      ],
      isEncrypted: true,
      password: 'p',
      masterName: 'main',
      database: 1,
    },
  ],
  [
    'redis+cluster://a:7000,b',
    {
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
    },
  ],
])('reads %s', (url, expected) => {
  expect(read({ REDIS_URL: url }).redis_url).toEqual({ ...anywhere, ...expected });
});

it.each([
  ['hunter2', 'REDIS_URL must be redis://'],
  ['http://u:hunter2@r', 'REDIS_URL must be redis://'],
  ['redis://', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r:0', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r:70000', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r@s', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2%@r', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r/x', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r/0/1', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@a,b', 'REDIS_URL must be redis://'],
  ['redis://u:hunter2@r?database=1', 'REDIS_URL must be redis://'],
  ['redis+cluster://u:hunter2@a,,b', 'REDIS_URL must be redis://'],
  ['redis+cluster://u:hunter2@a/1', 'REDIS_URL must name no database'],
  ['redis+sentinel://u:hunter2@a', 'REDIS_URL must name the master after the sentinels'],
  ['unix://u:hunter2@r/x.sock', 'REDIS_URL must be redis://'],
  ['unix://u:hunter2@/', 'REDIS_URL must be redis://'],
  [`redis://u:hunter2@${'r,'.repeat(3000)}`, 'REDIS_URL must be redis://'],
])('refuses %s and keeps it to itself', (url, message) => {
  const reading = () => read({ REDIS_URL: url });
  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(message);
  expect(reading).not.toThrow(/hunter2/);
});

it('needs an address where Redis is wanted', () => {
  expect(() => read({ LIMIT_COUNTERS: 'redis' })).toThrow('LIMIT_COUNTERS needs REDIS_URL as well to be redis');
  expect(() => read({ REDIS_SENTINEL_PASSWORD: 'p' })).toThrow('REDIS_SENTINEL_PASSWORD needs REDIS_URL as well');
});
