/** Whether tests try everything that they know ("npm run test:long"), rather than what stands for the rest. */
export const isLongForm = Boolean(process.env['LONG_FORM']);
