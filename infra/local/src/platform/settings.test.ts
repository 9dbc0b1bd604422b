import { expect, test } from 'vitest'
import { z } from 'zod'
import { askedOf, environmentFor } from './settings.ts'

const asked = askedOf(
  z.object({
    NATS_URL: z.string(),
    LOG_LEVEL: z.string().default('info'),
    KEY_SECRET: z.string().min(32),
    ADMIN_PASSWORD: z.string().optional(),
  }),
)
const from = (offered: Record<string, string>, given: Record<string, string> = {}) => ({
  offered,
  given,
  secret: (field: string) => `drawn ${field}`,
})

test('a program gets what it asks for of what is offered, and nothing else', () => {
  const env = environmentFor('billing', asked, from({ NATS_URL: 'nats://x', MQTT_URL: 'mqtt://y' }))
  expect(env).toEqual({ NATS_URL: 'nats://x', KEY_SECRET: 'drawn KEY_SECRET' })
})

test('what a person sets wins over what is offered', () => {
  const env = environmentFor('billing', asked, from({ NATS_URL: 'nats://x' }, { NATS_URL: 'nats://mine' }))
  expect(env.NATS_URL).toBe('nats://mine')
})

test('a required setting that nobody offers is named before the program fails on it', () => {
  expect(() => environmentFor('billing', asked, from({}))).toThrow('billing needs NATS_URL')
})
