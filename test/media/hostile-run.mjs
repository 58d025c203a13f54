// Prints the harm that hostile files do, but for the faults that are known, as JSON.
const { hostileHarms } = await import('./hostile-harms.ts');
const { openFaults } = await import('./open-faults.ts');
process.stdout.write(JSON.stringify(await hostileHarms(({ name }) => !openFaults.harms.includes(name))));
