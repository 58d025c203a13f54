import { traceIdOf } from './trace-parent.js';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([
  `00-${ID}-00f067aa0ba902b7-01`,
  `00-${ID}-00f067aa0ba902b7-00`,
  `cc-${ID}-00f067aa0ba902b7-01-what-comes-later`,
])('finds the trace in %s', (traceparent) => expect(traceIdOf(traceparent)).toBe(ID));

it.each([
  '',
  ID,
  `ff-${ID}-00f067aa0ba902b7-01`,
  `00-${ID}-00f067aa0ba902b7-01-more`,
  `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${ID}-${'0'.repeat(16)}-01`,
  `00-${ID}-00f067aa0ba902b7`,
  `00-${ID}-00f067aa0ba902b7-01, 00-${ID}-00f067aa0ba902b7-01`,
])('finds none in %j', (traceparent) => expect(traceIdOf(traceparent)).toBeUndefined());
