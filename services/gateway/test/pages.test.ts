import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { events } from '@sahary/contracts/events'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Behind, behind, gatewayWith, partsAt } from './world.ts'

let portalDir: string
let app: ReturnType<typeof gatewayWith>
let services: Behind
beforeAll(async () => {
  portalDir = mkdtempSync(join(tmpdir(), 'sahary-portal-'))
  mkdirSync(join(portalDir, 'assets'))
  writeFileSync(join(portalDir, 'index.html'), `<html>${'page '.repeat(400)}</html>`)
  writeFileSync(join(portalDir, 'assets/app-abc123.js'), `console.log(${'1+'.repeat(2000)}1)`)
  writeFileSync(join(portalDir, 'assets/app-abc123.js.map'), '{}')
  writeFileSync(join(portalDir, 'sun.svg'), '<svg/>')
  services = await behind()
  app = gatewayWith({ portalDir, parts: partsAt(services.url, services.url) })
  await app.ready()
})
afterAll(async () => {
  await app.close()
  await services.close()
  rmSync(portalDir, { recursive: true })
})
afterEach(() => {
  services.asked.length = 0
})

describe('the portal', () => {
  it.each(['/customer', '/customer/', '/customer/login', '/customer/repairs/17?tab=parts'])(
    'answers %s with its page, which is asked for anew each time',
    async url => {
      const answer = await app.inject(url)
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
      expect(answer.headers['cache-control']).toBe('no-cache')
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';")
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    },
  )

  it('keeps what has a hash in its name for ever, and sends it small', async () => {
    const answer = await app.inject({
      url: '/customer/assets/app-abc123.js',
      headers: { 'accept-encoding': 'br, gzip' },
    })
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(answer.headers['content-encoding']).toBe('br')
    expect(answer.rawPayload.length).toBeLessThan(500)
    expect((await app.inject('/customer/sun.svg')).headers['cache-control']).toBe('no-cache')
  })

  it('does not answer for a missing file with a page, nor with a file from elsewhere', async () => {
    expect((await app.inject('/customer/assets/gone-1.js')).statusCode).toBe(404)
    for (const path of ['../package.json', '..%2fpackage.json', '%2e%2e/package.json', '.env', 'assets/../../x.js'])
      expect((await app.inject(`/customer/${path}`)).statusCode, path).toBe(404)
  })

  it('keeps its source maps to itself', async () => {
    expect((await app.inject('/customer/assets/app-abc123.js.map')).statusCode).toBe(404)
  })

  it('is where the root leads', async () => {
    const answer = await app.inject('/')
    expect([answer.statusCode, answer.headers.location]).toEqual([302, '/customer/'])
  })
})

describe('the description', () => {
  it('is one document of all services, with whatever answers', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } }
    let n = 0
    services.answer = (_asked, response) => {
      const own = { type: 'object', properties: { n: { const: n } } }
      const use = { $ref: '#/components/schemas/Thing' }
      const document = {
        paths: {
          [`/api/part/${n++}`]: { get: { responses: { 200: { content: { 'application/json': { schema: use } } } } } },
        },
        components: { schemas: { Thing: own, Same: schema } },
      }
      if (n === 7) response.writeHead(500).end()
      else response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
    }
    const { paths, components, openapi } = (await app.inject('/api/openapi.json')).json()
    expect(openapi).toBe('3.1.1')
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/api/part/0', '/api/part/5', '/api/public/status']))
    expect(paths['/api/part/6']).toBeUndefined()
    expect(Object.keys(components.schemas).filter(name => name.endsWith('Thing'))).toHaveLength(6)
    expect(Object.keys(components.schemas).filter(name => name.endsWith('Same'))).toHaveLength(1)
    for (const [, ref] of JSON.stringify(paths).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(components.schemas).toHaveProperty(ref!)
  })

  it('of the events names each, with who says and who hears it', async () => {
    const document = (await app.inject('/api/asyncapi.json')).json()
    expect(document.asyncapi).toBe('3.0.0')
    expect(Object.keys(document.channels)).toHaveLength(Object.keys(events).length)
    expect(document.operations.compute_says_vm_started.action).toBe('send')
    expect(document.operations.metering_hears_vm_started.action).toBe('receive')
  })

  it('can be read in a browser that reaches nobody but us', async () => {
    expect((await app.inject('/api/docs')).headers.location).toBe('/api/docs/')
    const page = await app.inject('/api/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('/api/docs/js/scalar.js')
    expect(page.body).not.toMatch(/(src|href)="https?:/)
    const policy = String(page.headers['content-security-policy'])
    const inline = page.body.slice(page.body.indexOf('<script type'), page.body.lastIndexOf('</script>'))
    const hash = createHash('sha256')
      .update(inline.slice(inline.indexOf('>') + 1))
      .digest('base64')
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`)
    expect(policy).not.toContain('unsafe-eval')
    expect((await app.inject('/api/docs/js/scalar.js')).headers['content-type']).toContain('javascript')
  })
})

describe('the status', () => {
  it('says which part is down, to anybody, and asks the parts once for many who want to know', async () => {
    services.answer = ({ url }, response) => void response.writeHead(url === '/readyz' ? 200 : 404).end()
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.inject('/api/public/status')))
    expect(answers[0]?.json().data).toMatchObject({ status: 'ok', clockRate: 1 })
    expect(services.asked).toHaveLength(7)
  })

  it('is degraded without a part, soon, and unknown where nobody can ask', async () => {
    const away = gatewayWith({ parts: partsAt('http://127.0.0.1:1', 'http://127.0.0.1:1') })
    expect((await away.inject('/api/public/status')).json().data.status).toBe('degraded')
    const unknown = gatewayWith({ parts: partsAt('http://127.0.0.1:1') })
    expect((await unknown.inject('/api/public/status')).json().data.parts[0]).toEqual({
      name: 'identity',
      state: 'unknown',
    })
  })
})
