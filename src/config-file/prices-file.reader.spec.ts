import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError } from './config-file.error.js';
import { readPricesFile } from './prices-file.reader.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'prices-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, name = 'prices.yaml') {
  writeFileSync(join(folder, name), text);
  return readPricesFile(join(folder, name), providers);
}

/** What is wrong, without the folder. */
function complaints(text: string, name = 'prices.yaml'): string[] {
  try {
    read(text, name);
  } catch (error) {
    if (error instanceof ConfigFileError) return error.message.replaceAll(`${folder}/`, '').split('\n');
    throw error;
  }
  throw new Error('the file was accepted');
}

const entry = { models: ['nova-3'], source: 'contract', as_of: '2026-10-01' };
const price = { type: 'duration', usd: '0.0036', per: 'minute' };

describe('readPricesFile', () => {
  it('reads the prices of each provider', () => {
    const prices = read(`
deepgram:
  - models: [nova-3, nova-3-*]
    price: { type: duration, usd: 0.0036, per: minute }
    surcharges:
      - { name: keyterms, options: [keyterm], add: { type: percent, percent: 10 } }
    source: contract
    as_of: 2026-10
    until: 2026-12-31
openai:
`);
    expect(Object.fromEntries(prices)).toEqual({
      deepgram: [
        {
          models: ['nova-3', 'nova-3-*'],
          price,
          surcharges: [{ name: 'keyterms', options: ['keyterm'], add: { type: 'percent', percent: 10 } }],
          source: 'contract',
          as_of: '2026-10',
          until: '2026-12-31',
        },
      ],
      openai: [],
    });
  });

  it('reads JSON', () => {
    expect(read(JSON.stringify({ deepgram: [{ ...entry, price }] }), 'prices.json').get('deepgram')).toEqual([
      { ...entry, price },
    ]);
  });

  it.each<[string, string, string]>([
    [
      'a provider that there is not',
      'deepgramm: []',
      'prices.yaml:1:1 deepgramm: is not a provider; did you mean deepgram?',
    ],
    ['a price without a list', 'deepgram: 0.0036', 'prices.yaml:1:11 deepgram: must be a list of prices, not a number'],
    [
      'a wrong amount',
      'deepgram:\n- models: [nova-3]\n  price: { type: duration, usd: "-1", per: minute }\n  source: s\n  as_of: 2026-10',
      'prices.yaml:3:33 deepgram[0].price.usd: must be a plain, non-negative decimal number such as "0.006"',
    ],
    [
      'a date that is none',
      'deepgram:\n- models: [nova-3]\n  price: { type: duration, usd: 1, per: minute }\n  source: s\n  as_of: last year',
      'prices.yaml:5:10 deepgram[0].as_of: must be a month or a day such as 2026-11 or 2026-11-20',
    ],
    [
      'a price without a source',
      'deepgram:\n- models: [nova-3]\n  price: { type: duration, usd: 1, per: minute }\n  as_of: 2026-10',
      'prices.yaml:2:3 deepgram[0].source: is missing',
    ],
    [
      'a word that is not known',
      'deepgram:\n- models: [nova-3]\n  price: { type: duration, usd: 1, per: minute }\n  source: s\n  as_of: 2026-10\n  untill: 2026-12-31',
      'prices.yaml:6:3 deepgram[0].untill: is not known here',
    ],
    [
      'two prices of one model',
      'deepgram:\n- &a\n  models: [nova-3]\n  price: { type: duration, usd: 1, per: minute }\n  source: s\n  as_of: 2026-10\n- *a',
      'prices.yaml:3:12 deepgram[1].models[0]: has a price in this list already',
    ],
    ['a file that is not YAML', 'deepgram: [', 'prices.yaml:1:12 '],
    ['an empty file', '', 'prices.yaml:1:1 the file is empty'],
  ])('says where there is %s', (_, text, complaint) => {
    expect(complaints(text).join('\n')).toContain(complaint);
  });

  it('says that there is no file', () => {
    expect(() => readPricesFile(join(folder, 'absent.yaml'), providers)).toThrow('there is no such file');
  });

  it('takes a price that follows another', () => {
    const { deepgram } = Object.fromEntries(
      read(
        JSON.stringify({
          deepgram: [
            { ...entry, price, until: '2026-12-31' },
            { ...entry, price },
          ],
        }),
      ),
    );
    expect(deepgram).toHaveLength(2);
  });
});
