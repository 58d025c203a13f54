/** `<boot>-<number>.log`; a boot is a UUIDv7, so that names sort by time. */
const SEGMENT_NAME = /^([0-9a-f-]{36})-\d{6,}\.log$/;

/** The name of the segment of a process, by its number, from 1 on. */
export function segmentName(boot: string, number: number): string {
  return `${boot}-${String(number).padStart(6, '0')}.log`;
}

/** Which process has written the segment of this name; undefined where it is no segment, such as what was set aside. */
export function bootOfSegment(name: string): string | undefined {
  return SEGMENT_NAME.exec(name)?.[1];
}
