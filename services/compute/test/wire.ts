import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An engine that gives each call the answer that `answers` has for its method and path. */
export async function engineThat(answers: (asked: string) => { status: number; body: object }) {
  const server = createServer((request, response) => {
    const { status, body } = answers(`${request.method} ${request.url}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    },
  }
}
