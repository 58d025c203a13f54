/** What day and time it is: for prices that end or grow old, and for ranges that end now. */
export type CurrentDate = () => Date;

/** Injection token of {@link CurrentDate}. */
export const CURRENT_DATE = Symbol('CURRENT_DATE');

/** Now. */
export const systemDate: CurrentDate = () => new Date();
