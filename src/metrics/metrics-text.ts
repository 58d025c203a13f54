/** The text that Prometheus reads: prom-client says "Nan" of a delay that was not measured yet. */
export function textOf(exposed: string): string {
  return exposed.replaceAll(/ Nan$/gm, ' NaN');
}
