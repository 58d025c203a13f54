/** Injection token of the source of randomness: numbers in [0, 1). */
export const RANDOM = Symbol('RANDOM');
