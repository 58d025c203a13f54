import { actAs } from '../../src/acting/acting.js';

/** Does something that is audited, where no request is that says by whom. */
export function byTest<T>(act: () => T): T {
  return actAs({ actor: { kind: 'job', name: 'test' } }, act);
}
