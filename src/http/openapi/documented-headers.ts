import type { ApiResponse } from '@nestjs/swagger';

/** A header of an answer, in the OpenAPI document. */
export type Header = Exclude<
  NonNullable<NonNullable<Parameters<typeof ApiResponse>[0]['headers']>[string]>,
  { $ref: string }
>;

/** Headers that answers of any route may carry, by name. */
export const commonHeaders = {
  'x-request-id': {
    description: 'Id of the request, and of its log where it leaves one',
    schema: { type: 'string', format: 'uuid' },
  },
  'www-authenticate': { description: 'How to send a key', schema: { type: 'string', example: 'Bearer' } },
  'retry-after': {
    description: 'Seconds after which another try may succeed, where that is known',
    schema: { type: 'integer', example: 5 },
  },
} satisfies Record<string, Header>;

/** The documentation of these headers of one answer; what they are stands once, among the document's components. */
export function headerReferences(names: readonly string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
