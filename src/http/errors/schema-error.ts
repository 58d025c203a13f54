import type { StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { badRequest, GatewayError } from '../../domain/errors.js';

/** The first thing that is wrong, as a 400 that names the field; codes are the ones that OpenAI uses. */
export function schemaError(issues: readonly StandardSchemaV1.Issue[]): GatewayError {
  const [first] = issues;
  const issue = first && decisiveIssue(first);
  if (!issue) return badRequest('The request is not valid');
  const path = pathOf(issue);
  const unknown = unrecognisedKey(issue);
  if (unknown !== undefined) {
    const param = path ? `${path}.${unknown}` : unknown;
    return badRequest(`Unknown field '${param}'`, param, 'unknown_parameter');
  }
  if (isMissing(issue)) {
    return badRequest(`Missing required field '${path}'`, path, 'missing_required_parameter');
  }
  return badRequest(path ? `Invalid '${path}': ${issue.message}` : issue.message, path || null, 'invalid_value');
}

const unionIssue = z.object({
  code: z.literal('invalid_union'),
  path: z.array(z.union([z.string(), z.number()])),
  errors: z.array(z.array(z.looseObject({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))),
});

/** Of several alternatives the fault of the one that was meant: whose type is right, so that the fault is within it. */
function decisiveIssue(issue: StandardSchemaV1.Issue): StandardSchemaV1.Issue {
  const { data: union } = unionIssue.safeParse(issue);
  const meant = (union?.errors ?? []).flatMap(([fault]) =>
    fault && (fault.path.length > 0 || fault['code'] === 'unrecognized_keys') ? [fault] : [],
  );
  const [only] = meant;
  return union && only && meant.length === 1 ? { ...only, path: [...union.path, ...only.path] } : issue;
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  return (issue.path ?? []).map((segment) => String(typeof segment === 'object' ? segment.key : segment)).join('.');
}

function unrecognisedKey(issue: StandardSchemaV1.Issue): string | undefined {
  if (!('code' in issue) || issue.code !== 'unrecognized_keys' || !('keys' in issue)) return undefined;
  return Array.isArray(issue.keys) ? String(issue.keys[0]) : undefined;
}

/** zod reports an absent field as a wrong type; only its message tells that nothing was received. */
function isMissing(issue: StandardSchemaV1.Issue): boolean {
  return (issue.path?.length ?? 0) > 0 && issue.message.endsWith('received undefined');
}
