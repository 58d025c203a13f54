/** How TypeScript of the gateway becomes JavaScript, wherever: the build, the tests, and scripts that run the sources. Types are checked by `npm run lint`. */
export const swcOptions = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
    // Nest, logs and errors tell names of classes.
    keepClassNames: true,
  },
  module: { type: 'es6' },
};
