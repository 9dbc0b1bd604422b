import { describe, expect, it } from 'vitest'
import { forwardedHeaders } from './headers.ts'

const hop = { ip: '203.0.113.5', host: 'cloud.example', protocol: 'https', requestId: 'r1', traceparent: undefined }

describe('forwarded headers', () => {
  it('keep what is the client’s and end what is of one hop', () => {
    const headers = {
      accept: 'text/html',
      te: 'trailers',
      'x-mine': '1',
      'x-named': '2',
      connection: 'X-Named',
      expect: 'x',
    }
    expect(forwardedHeaders(headers, hop)).toEqual({
      accept: 'text/html',
      'x-mine': '1',
      'x-forwarded-for': '203.0.113.5',
      'x-forwarded-host': 'cloud.example',
      'x-forwarded-proto': 'https',
      'x-request-id': 'r1',
    })
  })

  it('pass the trace on', () => {
    expect(forwardedHeaders({ traceparent: 'forged' }, { ...hop, traceparent: 'ours' }).traceparent).toBe('ours')
  })
})
