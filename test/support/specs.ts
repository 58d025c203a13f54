import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

/** A provider's published OpenAPI document. */
export interface Spec {
  /** A validator for one of its `components.schemas`. */
  validator(schema: string): ValidateFunction;
}

/** Where a provider's specification lies: in `SPECS_DIR`, or in `shared/specs` beside the repository. */
export function specPath(name: string): string {
  return join(process.env.SPECS_DIR ?? resolve(import.meta.dirname, '../../../shared/specs'), name);
}

/**
 * Loads a provider's specification where there is one: it is not ours to publish. A CI run must not skip what depends
 * on it, so there its absence is an error.
 */
export function loadSpec(name: string): Spec | undefined {
  const path = specPath(name);
  if (!existsSync(path)) {
    if (process.env.CI) throw new Error(`the specification ${path} is missing`);
    return undefined;
  }
  // Not strict: OpenAPI adds keywords and formats that JSON Schema does not know.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(withoutVainNullable(parse(readFileSync(path, 'utf8'))), name);
  return { validator: (schema) => ajv.compile({ $ref: `${name}#/components/schemas/${schema}` }) };
}

/** `nullable` beside no type says nothing in OpenAPI 3.0, and stops the validator. */
function withoutVainNullable<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if ('nullable' in value && !('type' in value)) delete value.nullable;
  for (const inner of Object.values(value)) withoutVainNullable(inner);
  return value;
}
