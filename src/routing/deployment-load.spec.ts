import { DeploymentLoad } from './deployment-load.js';

function loadAt(): { load: DeploymentLoad; advance: (ms: number) => void } {
  let nowMs = 1_000_000;
  return { load: new DeploymentLoad(() => nowMs), advance: (ms) => (nowMs += ms) };
}

describe('DeploymentLoad', () => {
  it('counts what is in flight, and an end only once', () => {
    const { load } = loadAt();
    const first = load.start('d', {}, 10);
    load.start('d', {}, 10);
    expect(load.read('d', {}, 0).inFlight).toBe(2);
    first(true);
    first(true);
    expect(load.read('d', {}, 0).inFlight).toBe(1);
  });

  it('measures latency per second of audio, so that an hour does not look slow', () => {
    const { load, advance } = loadAt();
    const hour = load.start('d', {}, 3600);
    advance(36_000);
    hour(true);
    expect(load.read('d', {}, 0).latencyMsPerAudioSecond).toBe(10);
    const minute = load.start('e', {}, 60);
    advance(6000);
    minute(true);
    expect(load.read('e', {}, 0).latencyMsPerAudioSecond).toBe(100);
  });

  it('learns nothing about speed from failures', () => {
    const { load, advance } = loadAt();
    const end = load.start('d', {}, 10);
    advance(5);
    end(false);
    expect(load.read('d', {}, 0).latencyMsPerAudioSecond).toBeUndefined();
  });

  it.each([
    ['requests', { max_requests_per_minute: 2 }, 1],
    ['audio seconds', { max_audio_seconds_per_minute: 25 }, 10],
  ])('is full when its %s of the last minute are used up, until they have passed', (_, limits, seconds) => {
    const { load, advance } = loadAt();
    load.start('d', limits, seconds);
    advance(20_000);
    expect(load.read('d', limits, seconds).fullForMs).toBeUndefined();
    load.start('d', limits, seconds);
    expect(load.read('d', limits, seconds)).toMatchObject({ fullForMs: 40_000 });
    advance(40_000);
    expect(load.read('d', limits, seconds).fullForMs).toBeUndefined();
  });

  it('is full at its concurrency', () => {
    const { load } = loadAt();
    const limits = { max_concurrent_requests: 1 };
    const end = load.start('d', limits, 1);
    expect(load.read('d', limits, 1)).toMatchObject({ headroom: 0, fullForMs: 1000 });
    end(true);
    expect(load.read('d', limits, 1)).toMatchObject({ headroom: 1 });
    expect(load.read('d', limits, 1).fullForMs).toBeUndefined();
  });

  it('lets a single recording through that is longer than the limit', () => {
    const { load } = loadAt();
    expect(load.read('d', { max_audio_seconds_per_minute: 60 }, 3600).fullForMs).toBeUndefined();
  });

  it('gives audio of unknown length the whole minute, until somebody tells the length', () => {
    const { load } = loadAt();
    const limits = { max_audio_seconds_per_minute: 60 };
    expect(load.isFull({ id: 'd', routing: limits }, undefined)).toBe(false);
    const end = load.start('d', limits, undefined);
    expect(load.read('d', limits, 1)).toMatchObject({ headroom: 0, fullForMs: 60_000 });
    end(true, 40);
    expect(load.isFull({ id: 'd', routing: limits }, 20)).toBe(false);
    expect(load.isFull({ id: 'd', routing: limits }, 21)).toBe(true);
    expect(load.isFull({ id: 'd', routing: limits }, undefined)).toBe(true);
  });

  it('goes by what was measured, whatever a provider tells of it', () => {
    const { load } = loadAt();
    const limits = { max_audio_seconds_per_minute: 60 };
    load.start('d', limits, 50)(true, 1);
    expect(load.isFull({ id: 'd', routing: limits }, 20)).toBe(true);
  });

  it('learns nothing about speed from audio of unknown length', () => {
    const { load, advance } = loadAt();
    for (let count = 1; count <= 20; count += 1) {
      const end = load.start('d', {}, undefined);
      advance(60_000);
      end(true);
    }
    expect(load.read('d', {}, 1).latencyMsPerAudioSecond).toBeUndefined();
    expect(load.p95Ms('d', 1)).toBeUndefined();
    const told = load.start('d', {}, undefined);
    advance(6_000);
    told(true, 60);
    expect(load.read('d', {}, 1).latencyMsPerAudioSecond).toBe(100);
    expect(load.p95Ms('d', undefined)).toBeUndefined();
  });

  it('tells the tightest of its limits', () => {
    const { load } = loadAt();
    const limits = { max_concurrent_requests: 10, max_requests_per_minute: 4 };
    load.start('d', limits, 1);
    expect(load.read('d', limits, 1).headroom).toBe(0.75);
  });

  it('knows its 95th percentile after twenty answers', () => {
    const { load, advance } = loadAt();
    for (let count = 1; count <= 20; count += 1) {
      expect(load.p95Ms('d', 10)).toBeUndefined();
      const end = load.start('d', {}, 10);
      advance(count * 100);
      end(true);
    }
    expect(load.p95Ms('d', 10)).toBeCloseTo(1900);
    expect(load.p95Ms('d', 20)).toBeCloseTo(3800);
  });
});
