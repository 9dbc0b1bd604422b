import { expect, test } from 'vitest'
import { givenTo } from './program.ts'

test('an engine in the environment reaches compute by the launcher alone, which may refuse it', () => {
  const env = { DOCKER_HOST: 'tcp://10.0.0.9:2375', LOG_LEVEL: 'debug', DATABASE_URL: 'postgres://x' }
  expect(givenTo('compute', env)).toEqual({ LOG_LEVEL: 'debug' })
})

test('the address to listen at is the gateway’s alone', () => {
  expect(givenTo('gateway', { HOST: '0.0.0.0' })).toEqual({ HOST: '0.0.0.0' })
  expect(givenTo('billing', { HOST: '0.0.0.0' })).toEqual({})
})
