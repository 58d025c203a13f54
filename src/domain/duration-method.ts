/**
 * What the measured length of a recording rests on: `counted` = packets or samples whose bytes are there, each with the length that its
 * own header or the codec gives it; `timed` = times that the container gives them.
 */
export const durationMethods = ['counted', 'timed'] as const;
export type DurationMethod = (typeof durationMethods)[number];
