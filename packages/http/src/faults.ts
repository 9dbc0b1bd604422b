import { type ErrorCode, errorCatalogue } from '@sahary/contracts/errors'
import type { FieldFault } from '@sahary/contracts/refusal'
import type { core } from 'zod'

type Issue = core.$ZodIssue

/**
 * The faults of a value that a schema refused, in our codes. A refinement may name a code of the catalogue:
 * `.refine(test, { params: { code: 'ssh_key_malformed' } })`.
 */
export const faultsOf = (issues: readonly Issue[], input: unknown): FieldFault[] =>
  issues.flatMap(issue => faults(issue, input, []))

function faults(issue: Issue, input: unknown, outer: readonly PropertyKey[]): FieldFault[] {
  const path = [...outer, ...issue.path]
  const field = path.map(String).join('.')
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ field: [...path, key].map(String).join('.'), code: 'unknown_field' }))
    case 'invalid_type':
      return valueAt(input, path) === undefined
        ? [{ field, code: 'field_required' }]
        : [{ field, code: 'field_type', params: { expected: issue.expected } }]
    case 'too_small':
      return [{ field, code: 'field_too_small', params: { minimum: String(issue.minimum) } }]
    case 'too_big':
      return [{ field, code: 'field_too_big', params: { maximum: String(issue.maximum) } }]
    case 'invalid_value':
      return valueAt(input, path) === undefined
        ? [{ field, code: 'field_required' }]
        : [{ field, code: 'field_choice', params: { choices: issue.values.map(String).join(', ') } }]
    case 'invalid_union':
      return unionFaults(issue, input, path)
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap(inner => faults(inner, input, path))
    case 'custom':
      return [named(field, issue.params)]
    default:
      return [{ field, code: 'field_format' }]
  }
}

/** Of several shapes none fitted: the faults against the shape that came nearest. */
function unionFaults(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  input: unknown,
  path: PropertyKey[],
): FieldFault[] {
  const field = path.map(String).join('.')
  if (valueAt(input, path) === undefined) return [{ field, code: 'field_required' }]
  const nearest = issue.errors
    .filter(branch => branch.some(inner => inner.path.length > 0 || inner.code !== 'invalid_type'))
    .sort((a, b) => a.length - b.length)[0]
  if (!nearest) return [{ field, code: 'field_format' }]
  return nearest.flatMap(inner => faults(inner, input, path))
}

function named(field: string, params: Record<string, unknown> | undefined): FieldFault {
  const { code, ...rest } = params ?? {}
  if (typeof code !== 'string' || !Object.hasOwn(errorCatalogue, code)) return { field, code: 'field_format' }
  return { field, code: code as ErrorCode, params: rest as Record<string, string | number> }
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input)
