import { availableParallelism } from 'node:os';
import { swcOptions } from './scripts/swc-options.mjs';

/** @type {import('jest').Config} */
export default {
  // What ended gateways leave behind is freed late: a worker begins anew before that makes it slow.
  workerIdleMemoryLimit: '1GB',
  runtime: '<rootDir>/test/support/kept-modules.cjs',
  testEnvironment: '<rootDir>/test/support/closing-environment.mjs',
  rootDir: '.',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/web/src'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '/inspection-thread\\.code\\.js$': '<rootDir>/test/support/inspection-thread.code.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': ['@swc/jest', { ...swcOptions, sourceMaps: 'inline' }],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Most tests wait for sockets and processes rather than compute: with one worker a core, a third of the cores' time is idle.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // Ends a vain wait, and nothing else: no test is to be decided by how busy the machine is.
  testTimeout: 180_000,
};
