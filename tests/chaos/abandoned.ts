import { startPlatform } from '../system/platform.ts'

// The platform of a process that will be killed: says where it is, and waits for its end.
const { platform, dir } = await startPlatform()
process.stdout.write(`${JSON.stringify({ dir, gatewayUrl: platform.gatewayUrl })}\n`)
setInterval(() => {}, 60_000)
