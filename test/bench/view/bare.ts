/** A bare node:http server that sends as many bytes as its path says: what the views of the wiki are compared with. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const bodies = new Map<number, Buffer>()
const bare = createServer((request, response) => {
  const size = Number(request.url?.slice(1))
  let body = bodies.get(size)
  if (body === undefined) bodies.set(size, (body = Buffer.alloc(size, 'x')))
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length })
  response.end(body)
})
bare.listen(0, '127.0.0.1', () => process.send?.((bare.address() as AddressInfo).port))
