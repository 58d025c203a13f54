/** The code of the threads that look into uploads. Tests, which run the sources, have another file in its place. */
export const inspectionThreadCode = new URL('./inspection-thread.main.js', import.meta.url);
