// jest's environment for Node, in workers that end at once. With nothing left to do, a worker would take its heap of half
// a gigabyte apart; on a busy machine that takes longer than the half second after which jest says that tests have left
// something open. What really is open still keeps the worker from getting here.
import { TestEnvironment } from 'jest-environment-node';

process.once('beforeExit', () => process.exit());

export default TestEnvironment;
