import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** A JSON object of unknown shape. */
export type Json = Record<string, unknown>;

/** One operation of the document. */
export interface Operation {
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  readonly facts: Json;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Narrows what should be an object; anything else is an empty one. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** An OpenAPI 3.0 document, and validators for what it promises. */
export class OpenApiDocument {
  private readonly ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  private readonly compiled = new WeakMap<Json, ValidateFunction>();

  constructor(readonly json: Json) {
    this.ajv.addSchema({ $id: 'document', components: asJsonSchema(json['components']) });
  }

  /** The copy in docs, which is the same as what a gateway answers (`openapi.spec.ts`): it takes that a second to make it. */
  static readonly copy = new OpenApiDocument(
    object(JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'))),
  );

  operations(): Operation[] {
    return Object.entries(object(this.json['paths'])).flatMap(([path, item]) =>
      Object.entries(object(item))
        .filter(([method]) => METHODS.includes(method))
        .map(([method, facts]) => ({ method: method.toUpperCase(), path, facts: object(facts) })),
    );
  }

  /** The operation that serves a request. @throws Error when none is documented */
  find(method: string, path: string): Operation {
    const found = this.operations().find(
      (it) => it.method === method && new RegExp(`^${it.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    if (!found) throw new Error(`${method} ${path} is not documented`);
    return found;
  }

  /** Checks a JSON body of a request or an answer. @throws Error that names what does not match */
  check(content: unknown, body: unknown, where: string): void {
    const schema = object(object(object(content)['application/json'])['schema']);
    const validate = this.compile(schema);
    if (!validate(body)) {
      throw new Error(
        `${where} does not match the document: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
      );
    }
  }

  compile(schema: Json): ValidateFunction {
    const compiled = this.compiled.get(schema) ?? this.ajv.compile(asJsonSchema(schema));
    this.compiled.set(schema, compiled);
    return compiled;
  }
}

/**
 * OpenAPI 3.0's dialect as JSON Schema: `nullable` means what everybody takes it for, also beside `allOf` and `enum`, and
 * `exclusiveMinimum` is a flag. References lead into the schema `document`.
 */
function asJsonSchema<T>(value: T): T;
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((it: unknown) => asJsonSchema(it));
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, example: _example, $ref, exclusiveMinimum, minimum, ...rest } = object(value);
  const lowest =
    exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { ...(minimum !== undefined && { minimum }) };
  const converted = Object.fromEntries(
    Object.entries({ ...rest, ...lowest }).map(([key, it]) => [key, asJsonSchema(it)]),
  );
  const schema = typeof $ref === 'string' ? { ...converted, $ref: `document${$ref}` } : converted;
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}
