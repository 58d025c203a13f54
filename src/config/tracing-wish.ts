import type { Variables } from './settings.js';

/** Any of them says where traces are to go: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const DESTINATIONS = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
] as const;

/**
 * Whether the operator wants traces. Only this is decided here; all else that OpenTelemetry's variables say its SDK reads by
 * itself.
 */
export function wantsTraces(variables: Variables): boolean {
  const said = (name: string): string => variables[name]?.trim().toLowerCase() ?? '';
  if (said('OTEL_SDK_DISABLED') === 'true' || said('OTEL_TRACES_EXPORTER') === 'none') return false;
  return DESTINATIONS.some((name) => said(name) !== '');
}
