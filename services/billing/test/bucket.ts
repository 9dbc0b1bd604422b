import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'

/** The part of Amazon S3's published contract that a store of documents needs; stands for the outside world. */
export type Bucket = {
  /** As `FILES_URL` says it; `secret` and `bucket` may be wrong ones. */
  url: (wrong?: { secret?: string; bucket?: string }) => string
  objects: Map<string, Buffer>
  /** What was asked, as `PUT invoices/….pdf`. */
  asked: string[]
  /** Answers nothing at all, or half of an object, until it is well again. */
  fall: (how: 'silent' | 'half' | 'well') => void
  close: () => Promise<void>
}

const keyId = 'AKIAIOSFODNN7EXAMPLE'
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const name = 'documents'

/** Opens a bucket on loopback. */
export async function openBucket(): Promise<Bucket> {
  const objects = new Map<string, Buffer>()
  const asked: string[] = []
  let health: 'silent' | 'half' | 'well' = 'well'
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const [, bucket, ...rest] = decodeURIComponent(new URL(request.url!, 'http://s3').pathname).split('/')
    const key = rest.join('/')
    asked.push(`${request.method} ${key}`)
    if (health === 'silent') return
    const fault = faultOf(request, body) ?? (bucket === name ? undefined : ([404, 'NoSuchBucket'] as const))
    if (fault) return refuse(response, ...fault)
    const object = objects.get(key)
    if (request.method === 'PUT') {
      objects.set(key, body)
      return void response.setHeader('etag', etagOf(body)).end()
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      return void response.writeHead(204).end()
    }
    if (!object) return refuse(response, 404, 'NoSuchKey', request.method === 'HEAD')
    response.setHeader('etag', etagOf(object)).setHeader('last-modified', new Date(0).toUTCString())
    response.setHeader('content-length', object.length)
    if (request.method === 'HEAD') response.end()
    else if (health === 'half') response.write(object.subarray(0, object.length >> 1))
    else response.end(object)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: ({ secret = secretKey, bucket = name } = {}) =>
      `s3://${keyId}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${bucket}?region=me-south-1&tls=false`,
    objects,
    asked,
    fall: how => {
      health = how
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

const hash = (value: string | Buffer): string => createHash('sha256').update(value).digest('hex')
const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`

function refuse(response: ServerResponse, status: number, code: string, isHead = false): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(isHead ? undefined : `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`)
}

/** What is wrong with who asks, or with what came of the body on the way. */
function faultOf(request: IncomingMessage, body: Buffer): readonly [number, string] | undefined {
  const { authorization = '', ...headers } = request.headers as Record<string, string>
  const signed = { method: request.method!, url: request.url!, headers }
  const says = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)$/.exec(
    authorization,
  )
  if (says?.[1] !== keyId) return [403, 'InvalidAccessKeyId']
  const [, , scope, names, signature] = says
  if (signatureOf(signed, scope!, names!.split(';')) !== signature) return [403, 'SignatureDoesNotMatch']
  const sum = headers['x-amz-checksum-crc32']
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(body))
  if (sum && sum !== crc.toString('base64')) return [400, 'BadDigest']
  return headers['x-amz-content-sha256'] === hash(body) ? undefined : [400, 'XAmzContentSHA256Mismatch']
}

type Signed = { method: string; url: string; headers: Record<string, string> }

/** Signature Version 4, from "Authenticating Requests: Using the Authorization Header" of the vendor's manual. */
export function signatureOf({ method, url, headers }: Signed, scope: string, names: readonly string[]): string {
  const { pathname, searchParams } = new URL(url, 'http://s3')
  const coded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)
  const query = [...searchParams].map(([key, value]) => `${coded(key)}=${coded(value)}`).sort()
  const lines = names.map(each => `${each}:${headers[each]!.trim().replace(/ +/g, ' ')}\n`)
  const asked = [method, pathname, query.join('&'), lines.join(''), names.join(';'), headers['x-amz-content-sha256']]
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(asked.join('\n'))].join('\n')
  const mac = (key: string | Buffer, part: string) => createHmac('sha256', key).update(part).digest()
  const key = scope.split('/').reduce<string | Buffer>(mac, `AWS4${secretKey}`)
  return mac(key, text).toString('hex')
}
