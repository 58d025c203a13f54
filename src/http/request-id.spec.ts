import { firstIdAt, newRequestId, timeOf } from './request-id.js';

describe('request ids', () => {
  it('carry their time', () => {
    const before = Date.now();
    const time = timeOf(newRequestId()).getTime();
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('sort as they were made', () => {
    const ids = Array.from({ length: 1000 }, newRequestId);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('turn a time into the lowest id of its millisecond', () => {
    const time = new Date('2026-11-20T09:30:00.123Z');
    expect(timeOf(firstIdAt(time))).toEqual(time);
    const id = newRequestId();
    expect(firstIdAt(timeOf(id)) <= id).toBe(true);
    expect(firstIdAt(new Date(timeOf(id).getTime() + 1)) > id).toBe(true);
    expect(firstIdAt(new Date('1960-01-01T00:00:00Z'))).toMatch(/^00000000-0000-7000-8/);
  });
});
