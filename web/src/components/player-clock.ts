import { useSyncExternalStore } from 'react';

const EVENTS = [
  'loadedmetadata',
  'durationchange',
  'play',
  'pause',
  'ended',
  'seeking',
  'seeked',
  'timeupdate',
  'ratechange',
  'error',
];

/** The one player of the page, and what follows its time: frame by frame while it plays. */
export class PlayerClock {
  private element: HTMLVideoElement | undefined;
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  /** Seconds of what was decoded: recordings of browsers do not say their length. */
  private decodedSeconds: number | undefined;

  /** Takes a new element; what it returns lets it go. */
  readonly attach = (element: HTMLVideoElement): (() => void) => {
    this.element = element;
    this.decodedSeconds = undefined;
    const onEvent = () => this.tell();
    for (const name of EVENTS) element.addEventListener(name, onEvent);
    this.tell();
    return () => {
      for (const name of EVENTS) element.removeEventListener(name, onEvent);
      cancelAnimationFrame(this.frame);
      this.element = undefined;
      this.tell();
    };
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get media(): HTMLVideoElement | undefined {
    return this.element;
  }

  get seconds(): number {
    return this.element?.currentTime ?? 0;
  }

  get isPlaying(): boolean {
    return this.element !== undefined && !this.element.paused && !this.element.ended;
  }

  /** Seconds; undefined where the browser cannot tell. */
  get duration(): number | undefined {
    const told = this.element?.duration;
    return told !== undefined && Number.isFinite(told) ? told : this.decodedSeconds;
  }

  /** Whether the browser cannot play the recording. */
  get isUnplayable(): boolean {
    return this.element?.error != null;
  }

  get hasPicture(): boolean {
    return (this.element?.videoWidth ?? 0) > 0;
  }

  noteDecoded(seconds: number): void {
    this.decodedSeconds = seconds;
    this.tell();
  }

  seek(seconds: number): void {
    if (this.element) this.element.currentTime = Math.max(0, Math.min(seconds, this.duration ?? seconds));
  }

  /** Plays from a place; on from here without one. */
  play(from?: number): void {
    if (from !== undefined) this.seek(from);
    // What cannot be played is said by the element's own error.
    void this.element?.play().catch(() => undefined);
  }

  toggle(): void {
    if (this.isPlaying) this.element?.pause();
    else this.play();
  }

  setRate(rate: number): void {
    if (this.element) this.element.playbackRate = rate;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
    cancelAnimationFrame(this.frame);
    if (this.isPlaying) this.frame = requestAnimationFrame(() => this.tell());
  }
}

/** Something of the player, drawn again only when it changes. @param read gives a text, a number or the like */
export function usePlayer<Value extends string | number | boolean | undefined>(
  clock: PlayerClock,
  read: (clock: PlayerClock) => Value,
): Value {
  return useSyncExternalStore(clock.subscribe, () => read(clock));
}
