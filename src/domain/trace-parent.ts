/** Of version 00, and what may follow in later ones: https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * The trace that a W3C `traceparent` names, 32 hexadecimal digits; undefined where it is malformed, which the standard says to
 * ignore.
 */
export function traceIdOf(traceparent: string): string | undefined {
  const [, version, traceId = '', parentId = '', more] = TRACE_PARENT.exec(traceparent) ?? [];
  const isValid = version !== 'ff' && (version !== '00' || more === undefined);
  return isValid && /[^0]/.test(traceId) && /[^0]/.test(parentId) ? traceId : undefined;
}
