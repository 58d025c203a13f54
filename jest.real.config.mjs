import config from './jest.config.mjs';

/** `npm run test:real`: against a recogniser that really listens, which `npm test` does not have. @type {import('jest').Config} */
export default { ...config, roots: ['<rootDir>/test/real'], testMatch: ['**/*.real.ts'] };
