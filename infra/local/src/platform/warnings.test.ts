import { expect, test } from 'vitest'
import { warningOf } from './warnings.ts'

test('a warning is told in one line with its cause', () => {
  const line = JSON.stringify({ level: 'warn', message: 'NATS does not answer', err: { message: 'refused' } })
  expect(warningOf(line)).toBe('NATS does not answer (refused)')
})

test('what is only information stays in the log', () => {
  expect(warningOf(JSON.stringify({ level: 'info', message: 'up' }))).toBeUndefined()
})

test('the trace of a crash is told by its first line', () => {
  expect(warningOf('TypeError: x is not a function')).toBe('TypeError: x is not a function')
  expect(warningOf('    at somewhere (main.js:1:2)')).toBeUndefined()
})

test('a line that is cut in the middle is left alone', () => {
  expect(warningOf('{"level":"error","mess')).toBeUndefined()
})
