import { execFileSync } from 'node:child_process';
import { HEAP_GROWTH_FLAG } from './heap-growth.js';

describe('the flag that bounds the growth of the heap', () => {
  it('is one that this V8 knows, which would only complain of another', () => {
    const options = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });

    expect(options).toContain(`${HEAP_GROWTH_FLAG} `);
  });
});
