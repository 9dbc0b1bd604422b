import { fileURLToPath } from 'node:url'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'

/**
 * Opens the store of documents: a folder (`file:///…`) or a bucket (`s3://key:secret@endpoint/bucket?region=…`). A store
 * that does not answer is given up after `timeoutMs`, twice.
 */
export async function openArchive(address: string, { timeoutMs = 4_000 } = {}): Promise<Disk> {
  const url = new URL(address)
  if (url.protocol === 'file:') return new Disk(new FSDriver({ location: fileURLToPath(url), visibility: 'private' }))
  // Loaded only where it is used: the vendor's client is larger than all the rest of billing.
  const { S3Driver } = await import('flydrive/drivers/s3')
  return new Disk(
    new S3Driver({
      credentials: { accessKeyId: decodeURIComponent(url.username), secretAccessKey: decodeURIComponent(url.password) },
      endpoint: `${url.searchParams.get('tls') === 'false' ? 'http' : 'https'}://${url.host}`,
      region: url.searchParams.get('region') ?? 'us-east-1',
      bucket: url.pathname.slice(1),
      forcePathStyle: true,
      // The vendor's client waits for ever when it is not told.
      maxAttempts: 2,
      requestHandler: {
        connectionTimeout: timeoutMs,
        requestTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        throwOnRequestTimeout: true,
      },
      supportsACL: false,
      visibility: 'private',
    }),
  )
}
