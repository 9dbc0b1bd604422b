import { accessOf } from '@sahary/contracts/access'
import { grants } from '@sahary/contracts/roles'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { type Answer, jsonOf } from './ask.ts'
import type { Case, Who } from './cases.ts'
import type { Document, Operation } from './description.ts'

type Problem = { status: number; code: string; title: string; requestId: string; errors?: Fault[] }
type Fault = { field: string; code: string; message: string }
export type Judge = {
  /** What is wrong with an answer; nothing when all is well. */
  faultsOf: (operation: Operation, asked: Case, answer: Answer) => string[]
  /** True when a request is certain to be refused: whoever makes it is not let in, or its body is not as described. */
  isVain: (operation: Operation, asked: Case) => boolean
}

const letters = { ar: /[\u0600-\u06FF]/, en: /^[\p{ASCII}’–×…]+$/u } as const
/** 422 of no field: it is the whole request that comes twice. */
const ofNoField = ['idempotency_key_reused']
/** 503 that means what it says: an image still being made ready, more passwords to check than we can. */
const notYet = ['image_not_on_host', 'busy']
const roles: Record<Who, string[] | null> = {
  nobody: null,
  network: null,
  owner: ['owner'],
  viewer: ['viewer'],
  stranger: ['owner'],
  admin: ['admin'],
}

/** True when the access table lets them in, whatever comes then. */
export function isLetIn(who: Who, { method, path }: Operation): boolean {
  const allow = accessOf(method, path.replace(/\{(\w+)\}/g, ':$1'))?.[2]
  const held = roles[who]
  if (allow === 'public') return true
  return held !== null && allow !== undefined && (allow === 'signed_in' || grants(held, allow))
}

/** The schema at a place of the description, as a test of values. */
export function rulesOf(document: Document): (...place: string[]) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true, multipleOfPrecision: 9 })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')
  const rules = new Map<string, ValidateFunction>()
  return (...place) => {
    const pointer = place.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const rule = rules.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` })
    rules.set(pointer, rule)
    return rule
  }
}

/** Judges by the API's own description, the access table, and what every refusal owes its reader. */
export function judgeBy(document: Document): Judge {
  const ruleAt = rulesOf(document)
  const shape: Judge['faultsOf'] = ({ path, method, responses }, _asked, { status, type, body }) => {
    const described = responses[status] ? String(status) : status >= 400 ? 'default' : undefined
    if (!described) return [`${status} is not described`]
    const content = responses[described]?.content
    if (!content) return body === '' ? [] : ['a body that is not described']
    const media = type.split(';', 1)[0]!
    const schema = content[media]?.schema
    if (!content[media]) return [`${type} is not described`]
    if (!schema || !/json/.test(media)) return []
    const rule = ruleAt('paths', path, method.toLowerCase(), 'responses', described, 'content', media, 'schema')
    const complaints = () => (rule.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
    return rule(body) ? [] : [`not as described: ${complaints().join(', ')}`]
  }
  const isMeant = ({ path, method, requestBody }: Operation, { body }: Case): boolean => {
    if (!requestBody) return true
    if (body === undefined || body === '') return !requestBody.required
    const place = ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema']
    try {
      return ruleAt(...place)(JSON.parse(typeof body === 'string' ? body : jsonOf(body, 1)))
    } catch {
      return false
    }
  }
  const faultsOf: Judge['faultsOf'] = (operation, asked, answer) => [
    ...shape(operation, asked, answer),
    ...(answer.status >= 400 ? refusal(asked, answer) : []),
    ...access(operation, asked, answer),
    ...(answer.status < 400 && !isMeant(operation, asked) ? ['taken, and not as described'] : []),
  ]
  return { faultsOf, isVain: (operation, asked) => !isLetIn(callerOf(asked), operation) || !isMeant(operation, asked) }
}

/** As whom a request is made: a header of its own takes the place of somebody's token. */
const callerOf = ({ who, headers }: Case): Who => ('authorization' in headers ? 'nobody' : who)

function refusal({ headers, language }: Case, answer: Answer): string[] {
  const problem = answer.body as Problem
  const { status, code, title, requestId, errors = [] } = problem
  const patient = status === 429 || (status === 503 && notYet.includes(code))
  const asked = 'accept-language' in headers ? undefined : language
  const sentences = [title, ...errors.map(({ message }) => message)]
  const complaints: [string, boolean][] = [
    ['a fault of ours', answer.status < 500 || patient],
    ['no word of when to come again', !patient || Number(answer.headers.get('retry-after')) > 0],
    ['another status in the body', status === answer.status],
    ['no code', typeof code === 'string' && code !== ''],
    ['no request id that leads to the logs', requestId !== '' && requestId === answer.headers.get('x-request-id')],
    ['another language', asked === undefined || sentences.every(text => letters[asked].test(text))],
    ['another language by its header', asked === undefined || answer.headers.get('content-language') === asked],
    ['no field', status !== 422 || errors.length > 0 || ofNoField.includes(code)],
  ]
  return complaints.filter(([, isWell]) => !isWell).map(([complaint]) => complaint)
}

function access(operation: Operation, asked: Case, { status }: Answer): string[] {
  const as = callerOf(asked)
  if (isLetIn(as, operation)) return []
  // What cannot be read at all is refused before anybody asks who sent it.
  return [401, 403, 400, 404, 413, 414, 431].includes(status) ? [] : [`${as} was let in`]
}
