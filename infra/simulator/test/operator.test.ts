import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@sahary/observability/log'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operator } from '../src/operator.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
const paths: string[] = []
let answers: ((response: ServerResponse) => unknown)[]
const server = createServer((request, response) => {
  paths.push(request.url!)
  answers.shift()!(response)
})
const say = (status: number, data: object) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
const person = () =>
  operator({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    identifier: 'admin@sahary.test',
    password: 'secret',
    logger,
  })

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

test('a platform that is busy with its own start is asked again until it answers', async () => {
  const token = say(200, { accessToken: 'a' })
  const clock = say(200, { businessAt: '2027-01-01T00:00:00.000Z', rate: 60 })
  answers = [say(503, {}), response => response.destroy(), token, say(503, {}), clock, clock, clock, clock]
  const time = await person().followClock()
  await time.stop()
  expect(time.clock.rate()).toBe(60)
  expect(paths.slice(0, 5)).toEqual([...Array(3).fill('/api/auth/login'), ...Array(2).fill('/api/admin/clock')])
})

test('what the platform refuses is not asked for again', async () => {
  answers = [say(401, {})]
  await expect(person().followClock()).rejects.toThrow('answered 401')
})
